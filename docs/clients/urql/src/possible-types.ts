
      export interface PossibleTypesResultData {
        possibleTypes: {
          [key: string]: string[]
        }
      }
      const result: PossibleTypesResultData = {
  "possibleTypes": {
    "Contact": [
      "Company",
      "Person"
    ],
    "Node": [
      "Company",
      "Employee",
      "Opportunity",
      "Person",
      "Stage"
    ]
  }
};
      export default result;
    