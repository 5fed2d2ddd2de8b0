import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

test('the README links to files that are there', () => {
  for (const [, path] of readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
    assert.ok(existsSync(new URL(path, import.meta.url)), path);
  }
});

test('the README installs what is tested', () => {
  for (const [, packages] of readme.matchAll(/^npm install (?:--save-dev )?(.+)$/gm)) {
    for (const name of packages.split(' ')) {
      assert.ok({ ...dependencies, ...devDependencies }[name], name);
    }
  }
});
