/** What pages are made of: markup in which other people's text is always escaped. */
export {
  type Attributes,
  type Markup,
  tag,
  textOf,
  together,
  verbatim,
} from './markup.ts';
