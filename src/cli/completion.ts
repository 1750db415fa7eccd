/** `socketlab completion`: a script that makes a shell complete what is typed after socketlab. */
import { basename } from 'node:path';
import { misuse } from '../common/index.ts';
import type { Command } from './line/options.ts';
import { commandLine } from './line/program-name.ts';

interface CompletionArguments {
  shell: Shell | undefined;
}

type Shell = (typeof SHELLS)[number];

const SHELLS = ['bash', 'zsh'] as const;

/**
 * If socketlab is installed in a folder, its user types `npx socketlab`, and a shell completes what
 * follows npx as words of npx. So the script makes `socketlab` a word of its own.
 */
const WORD = `# Where no program of this name is installed, the name stands for npx socketlab.
command -v socketlab >/dev/null || socketlab() { npx --no --offline -- socketlab "$@"; }`;

/**
 * yargs answers to --get-yargs-completions with one suggestion a line: the word and, if SHELL is
 * zsh, what it means, after a colon.
 */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  // compgen and not mapfile: the bash of macOS is version 3.2.
  bash: `# Completion of socketlab for bash. Append it to ~/.bashrc
${WORD}
_socketlab() {
  local IFS=$'\\n' word="\${COMP_WORDS[COMP_CWORD]}" words
  words="$(SHELL=bash socketlab --get-yargs-completions "\${COMP_WORDS[@]}" 2>/dev/null)"
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o bashdefault -o default -F _socketlab socketlab`,
  zsh: `# Completion of socketlab for zsh. Append it to ~/.zshrc
${WORD}
_socketlab() {
  local -a found
  found=("\${(@f)$(SHELL=zsh socketlab --get-yargs-completions "\${words[@]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then _describe socketlab found; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _socketlab socketlab`,
};

export const completionCommand: Command<CompletionArguments> = {
  builder: (yargs) =>
    yargs
      .positional('shell', {
        choices: SHELLS,
        defaultDescription: 'taken from $SHELL',
        describe: 'your shell',
      })
      .example('$0 completion bash >> ~/.bashrc', 'then open a new terminal')
      .example('$0 completion zsh >> ~/.zshrc', 'for zsh, the default shell of macOS'),
  handler: ({ shell = ownShell() }) => console.log(SCRIPTS[shell]),
};

/** @throws {MisuseError} ERR_BAD_ARGUMENT for a shell for which there is no script */
function ownShell(): Shell {
  const own = basename(process.env['SHELL'] ?? 'none');
  const known = SHELLS.find((shell) => own === shell);
  if (known !== undefined) return known;
  throw misuse(
    `completion is for ${SHELLS.join(' and ')}, but your shell is ${own}: ${commandLine(`completion ${SHELLS[0]}`)}`,
  );
}
