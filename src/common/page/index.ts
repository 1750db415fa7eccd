/** What pages are made of: markup in which nothing that others wrote can become markup. */
export {
  type Attributes,
  type Markup,
  tag,
  textOf,
  together,
  verbatim,
} from './markup.ts';
