// curl -o schema.graphql http://127.0.0.1:8080/schema.graphql
// npx graphql-codegen --config codegen.ts
//
// writes which types an interface stands for, which the cache has to know.
// Do it again when the server's version changes.
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema.graphql',
  generates: { 'possible-types.ts': { plugins: ['fragment-matcher'] } },
};

export default config;
