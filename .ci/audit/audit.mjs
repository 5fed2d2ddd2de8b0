// Holds a running GraphQL endpoint against every check of graphql-http's
// server audit: MUST, SHOULD and MAY alike.
//
//   node audit.mjs http://127.0.0.1:8080/graphql
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.mjs URL');
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const audit of serverAudits({ url })) {
  let result;
  try {
    result = await audit.fn();
  } catch (error) {
    result = { status: 'error', reason: String(error) };
  }
  const ok = result.status === 'ok';
  ok ? passed++ : failed++;
  console.log(`${result.status.padEnd(6)} ${audit.id} ${audit.name}${ok ? '' : `: ${result.reason}`}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
