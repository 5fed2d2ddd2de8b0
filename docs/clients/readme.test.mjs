import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import semver from 'semver';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const readme = read('README.md');
const { dependencies, devDependencies, engines } = JSON.parse(read('package.json'));

test('the README links to files that are there', () => {
  for (const [, path] of readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
    assert.ok(existsSync(new URL(path, import.meta.url)), path);
  }
});

test('what the README shows of a file is what the file has', () => {
  const shown = [...readme.matchAll(/\]\((\w+\/src\/[\w.]+)\)(?:(?!\]\()[^`]|`(?!``))*?\n\n```ts\n([^]*?)\n```\n/g)];
  assert.deepEqual(shown.map(([, path]) => path), ['apollo/src/kanban.ts', 'urql/src/kanban.ts', 'relay/src/kanban.ts']);
  for (const [, path, code] of shown) assert.ok(read(path).includes(`${code}\n`), path);
});

test('the README installs what is tested', () => {
  for (const [, packages] of readme.matchAll(/^npm install (?:--save-dev )?(.+)$/gm)) {
    for (const name of packages.split(' ')) {
      assert.ok({ ...dependencies, ...devDependencies }[name], name);
    }
  }
});

test('the Node that is said to be needed is the one that all packages take', () => {
  const least = semver.minVersion(engines.node).version;
  for (const [name, { engines }] of Object.entries(JSON.parse(read('package-lock.json')).packages)) {
    if (engines?.node) assert.ok(semver.satisfies(least, engines.node), `${name} wants ${engines.node}`);
  }
  const said = least.replace(/\.0$/, '');
  for (const name of ['README.md', 'apollo/codegen.ts', 'urql/codegen.ts', 'codegen/codegen.ts']) {
    assert.match(read(name), new RegExp(`Node ${said}`), name);
  }
});
