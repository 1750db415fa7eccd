/**
 * `socketlab/zeromq` for those who cannot import modules: `require` on Node before 20.19, old
 * bundlers, TypeScript's `moduleResolution: node`. And the same as a package of its own.
 *
 *   npm run build                          dist/src/{zeromq,common} → dist/cjs
 *   npx tsx scripts/commonjs.ts FOLDER     after it: a package in FOLDER, to be packed or published
 *
 * Whoever can `require` a module gets the module, so that a process has only one engine.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import ts from 'typescript';
import { PACKAGE } from '../src/common/index.ts';

const [COMPILED, COMMONJS] = [join(PACKAGE, 'dist/src'), join(PACKAGE, 'dist/cjs')];

/** All that zeromq is made of: its room without netcat, and common without the rooms in it. */
function filesOf(extension: string): string[] {
  const zeromq = readdirSync(join(COMPILED, 'zeromq'), { recursive: true })
    .map(String)
    .filter((name) => !name.startsWith(`netcat${sep}`));
  const all = [
    ...zeromq.map((name) => join('zeromq', name)),
    ...readdirSync(join(COMPILED, 'common')).map((name) => join('common', name)),
  ];
  return all.filter((name) => name.endsWith(extension));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Where a file is, as a module knows it. */
const HERE = "require('node:url').pathToFileURL(__filename).href";

function makeCommonJs(): void {
  for (const name of filesOf('.js')) {
    const source = readFileSync(join(COMPILED, name), 'utf8');
    const { outputText } = ts.transpileModule(
      source
        .replaceAll('import.meta.url', HERE)
        .replace(/^\/\/# sourceMappingURL.*/m, ''),
      {
        // By this name it is CommonJS; `import()` stays what it is.
        fileName: 'a.cts',
        compilerOptions: {
          module: ts.ModuleKind.Node16,
          target: ts.ScriptTarget.ES2022,
          esModuleInterop: true,
        },
      },
    );
    write(join(COMMONJS, name), outputText);
  }
  for (const name of filesOf('.d.ts')) cpSync(join(COMPILED, name), join(COMMONJS, name));
  write(join(COMMONJS, 'package.json'), json({ type: 'commonjs' }));
}

function makePackage(folder: string): void {
  const own = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as Record<
    'version' | 'license' | 'engines',
    unknown
  > & { dependencies: { ws: string } };
  const esm = './esm/zeromq/index.js';
  const cjs = './cjs/zeromq/index.js';
  const manifest = {
    name: 'socketlab-zeromq',
    version: own.version,
    description: "ZeroMQ's patterns in TypeScript on Node's own net, without native code",
    license: own.license,
    type: 'module',
    engines: own.engines,
    main: cjs,
    types: './cjs/zeromq/index.d.ts',
    exports: {
      '.': { 'module-sync': esm, require: cjs, default: esm },
      './draft': {
        'module-sync': './esm/zeromq/draft.js',
        require: './cjs/zeromq/draft.js',
        default: './esm/zeromq/draft.js',
      },
      './v5-compat': {
        'module-sync': './esm/zeromq/v5-compat/index.js',
        require: './cjs/zeromq/v5-compat/index.js',
        default: './esm/zeromq/v5-compat/index.js',
      },
      './package.json': './package.json',
    },
    // For TypeScript's `moduleResolution: node`, which does not read `exports`.
    typesVersions: {
      '*': {
        draft: ['./cjs/zeromq/draft.d.ts'],
        'v5-compat': ['./cjs/zeromq/v5-compat/index.d.ts'],
      },
    },
    // For ws:// alone.
    peerDependencies: { ws: `^${own.dependencies.ws}` },
    peerDependenciesMeta: { ws: { optional: true } },
  };
  write(join(folder, 'package.json'), json(manifest));
  cpSync(join(PACKAGE, 'LICENSE'), join(folder, 'LICENSE'));
  cpSync(join(PACKAGE, 'src/zeromq/README.md'), join(folder, 'README.md'));
  cpSync(COMMONJS, join(folder, 'cjs'), { recursive: true });
  for (const name of [...filesOf('.js'), ...filesOf('.d.ts')]) {
    cpSync(join(COMPILED, name), join(folder, 'esm', name));
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) makeCommonJs();
else makePackage(folder);
