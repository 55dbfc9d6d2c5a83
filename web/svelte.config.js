// Rows become cards on a narrow screen, and browsers then forget that they are rows: the table says
// its roles explicitly, which the compiler believes to be redundant.
export default {
  compilerOptions: { warningFilter: (warning) => warning.code !== "a11y_no_redundant_roles" },
};
