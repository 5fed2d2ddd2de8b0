import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer, loadConfigFromFile } from 'vite';

process.env.VITE_CONFIG_NATIVE_IGNORE_WARNING = 'true'; // of a project that is no ES module, as yours is
const graphql = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:8080/graphql';
const file = fileURLToPath(new URL('vite.config.ts', import.meta.url));

test('a page of the development server asks through it', async () => {
  const { config } = await loadConfigFromFile({ command: 'serve', mode: 'development' }, file);
  assert.deepEqual(Object.keys(config.server.proxy), ['/graphql']);
  const proxy = { '/graphql': new URL(graphql).origin }; // where it runs here
  const server = await createServer({ ...config, configFile: false, logLevel: 'error', server: { ...config.server, proxy, port: 0 } });
  try {
    await server.listen();
    const { port } = server.httpServer.address();
    const page = `http://localhost:${port}`;
    for (const fromBrowser of [{ 'Sec-Fetch-Site': 'same-origin' }, {}]) { // none of it over plain http in a LAN
      const response = await fetch(`${page}/graphql`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: page, ...fromBrowser },
        body: JSON.stringify({ query: '{ opportunity(id: 3101) { title } }' }),
      });
      assert.deepEqual(await response.json(), { data: { opportunity: { title: 'Fleet telematics rollout' } } });
    }
  } finally {
    await server.close();
  }
});
