/** A comparison as JSON for programs: version 1, described in docs/compare.md. Pure. */
import { describeLink, type KernelMeans } from '../link/index.ts';
import type { LaneResult } from './measure.ts';
import type { Comparison } from './run.ts';

/** With --link kernel: the link that was asked for, and the tool that made it. */
interface KernelLinkJson {
  asked: string;
  means: KernelMeans;
}

export interface ComparisonJson {
  version: 1;
  options: {
    messages: number;
    everyMs: number;
    size: number;
    link: string;
    kernel?: KernelLinkJson;
  };
  lanes: readonly LaneResult[];
}

export function comparisonJson({ plan, results }: Comparison): ComparisonJson {
  const { every, kernel, link, messages, size } = plan;
  const asked = describeLink(link);
  const made = kernel
    ? { link: 'kernel', kernel: { asked, means: kernel } }
    : { link: asked };
  return {
    version: 1,
    options: { messages, everyMs: every, size, ...made },
    lanes: results,
  };
}
