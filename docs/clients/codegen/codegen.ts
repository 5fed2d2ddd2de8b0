// curl -o schema.graphql http://127.0.0.1:8080/schema.graphql
// npx graphql-codegen --config codegen.ts
//
// takes Node 22.15 or newer, and writes a type for each operation in src/ and for
// its variables.
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['src/**/*.{ts,tsx}'],
  generates: {
    'src/__generated__/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Plain text instead of a parsed document: all that execute.ts sends.
        // Leave it out for Apollo Client and urql, whose hooks take the rest.
        documentMode: 'string',
        // Both are JSON strings. A Decimal stays one: a number would round it.
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string' },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
