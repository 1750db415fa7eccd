/** A comparison as JSON for programs: version 1, described in docs/compare.md. Pure. */
import { describeLink, type KernelMeans } from '../link/index.ts';
import type { LaneResult } from './measure.ts';
import type { Plan } from './options.ts';
import type { Comparison } from './run.ts';

/** With --link kernel: the link that was asked for, and what made it. */
interface KernelLinkJson {
  asked: string;
  means: KernelMeans;
  /** Whether a seed or a list named what was lost. */
  exact: boolean;
}

/** Which link it was, and what made it. */
export interface LinkJson {
  link: string;
  kernel?: KernelLinkJson;
  /** Only with --replay: recorded fates come first. */
  replayed?: true;
  /** Only with --virtual. */
  virtual?: true;
}

export interface ComparisonJson {
  version: 1;
  options: { messages: number; everyMs: number; size: number } & LinkJson;
  lanes: readonly LaneResult[];
  /** The same fates in the model, where the kernel lost messages by their numbers. */
  model?: readonly LaneResult[];
}

export function comparisonJson({ model, plan, results }: Comparison): ComparisonJson {
  const { every, messages, size } = plan;
  return {
    version: 1,
    options: { messages, everyMs: every, size, ...linkJson(plan) },
    lanes: results,
    ...(model && { model }),
  };
}

export function linkJson({
  kernel,
  link,
  virtual,
}: Pick<Plan, 'kernel' | 'link' | 'virtual'>): LinkJson {
  const asked = describeLink(link);
  const made: LinkJson = kernel
    ? { link: 'kernel', kernel: { asked, ...kernel } }
    : { link: asked };
  const replayed = link.replay !== undefined;
  return { ...made, ...(replayed && { replayed }), ...(virtual && { virtual }) };
}
