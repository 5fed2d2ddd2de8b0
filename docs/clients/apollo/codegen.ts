// curl -o schema.graphql http://127.0.0.1:8080/schema.graphql
// npx graphql-codegen --config codegen.ts
//
// takes Node 22.15 or newer, and writes
//   - a type for each operation in src/ and for its variables,
//   - which types an interface stands for, which the cache has to know: do it
//     again when the server's version changes.
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/**/*.test.tsx'],
  generates: {
    'src/__generated__/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Both are JSON strings. A Decimal stays one: a number would round it.
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string' },
        strictScalars: true,
        useTypeImports: true,
      },
    },
    'src/possible-types.ts': { plugins: ['fragment-matcher'] },
  },
};

export default config;
