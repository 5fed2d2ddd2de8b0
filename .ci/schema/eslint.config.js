// The rules that the schema keeps: graphql-eslint's recommended ones and those
// of Relay. Each exception has its reason beside it.
import graphql from "@graphql-eslint/eslint-plugin";
import { resolve } from "node:path";

const schema = resolve(import.meta.dirname, "../../graph/*.graphqls");

const edgeTypes = {
  withEdgeSuffix: true,
  shouldImplementNode: true,
  // What comes along in its parent's answer, or is short, is a plain list; and
  // connections have `nodes` for those who need no cursors.
  listTypeCanWrapOnlyEdgeType: false,
};

export default [
  {
    files: ["graph/*.graphqls"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,

      // More than recommended: there is nothing without a description.
      "@graphql-eslint/require-description": [
        "error",
        { types: true, rootField: true, DirectiveDefinition: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
      ],

      // Off, as it knows one style for all: here a description that fits into
      // its line is written as one, and a longer one as a block. Printed, they
      // are all blocks.
      "@graphql-eslint/description-style": "off",

      // Off, as members of the portal keep the names that its documentation
      // has (`companyName`, `contactStatus`, `stageType`), and `nodeId` is so
      // named because `id` is the portal's number.
      "@graphql-eslint/no-typename-prefix": "off",

      "@graphql-eslint/strict-id-in-types": [
        "error",
        {
          exceptions: {
            suffixes: ["Connection", "Edge", "Payload"], // parts of one answer
            types: [
              "Address", // a value: the portal gives it no number
              "Currency", // known by its code, `abbreviation`
              "EntityPointer", // names another object: the id is that one's
              "PageInfo", // a part of one answer
              "Portal", // there is one
              "Tag", // the title is all that there is
              "UserError", // a part of one answer
            ],
          },
        },
      ],

      // Forward only: the portal cannot read a list from its end.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],

      "@graphql-eslint/relay-edge-types": ["error", edgeTypes],
    },
  },
  {
    // The portal cannot read a single event, so events are no Node; tasks, which
    // are met in lists beside them, are none either.
    files: ["graph/history.graphqls", "graph/task.graphqls"],
    rules: { "@graphql-eslint/relay-edge-types": ["error", { ...edgeTypes, shouldImplementNode: false }] },
  },
];
