import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';

const script = new URL('opportunities', import.meta.url).pathname;

test('pages follow each other to the last', () => {
  const pages = execFileSync(script, { encoding: 'utf8' }).trim().split('\n');
  const ids = pages.flatMap((page) => JSON.parse(page).data.opportunities.nodes.map(({ id }) => Number(id)));
  assert.ok(pages.length > 2);
  assert.equal(ids.length, new Set(ids).size);
  assert.deepEqual(ids, ids.toSorted((a, b) => a - b)); // the order when none is asked for
  assert.equal(JSON.parse(pages.at(-1)).data.opportunities.pageInfo.hasNextPage, false);
});

test('an error arrives with its code', () => {
  const run = (env) => spawnSync(script, { encoding: 'utf8', env: { ...process.env, ...env } });
  const stranger = run({ TOKEN: 'nobody' });
  assert.equal(stranger.status, 1);
  assert.equal(stranger.stderr, 'UNAUTHENTICATED\n');
  assert.equal(stranger.stdout, '');
  assert.notEqual(run({ GRAPHQL_URL: 'http://127.0.0.1:1/graphql' }).status, 0);
});
