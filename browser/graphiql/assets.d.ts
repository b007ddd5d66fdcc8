// What the bundler makes of files that are no modules.
declare module "*.css";
declare module "*.graphql" {
  const text: string;
  export default text;
}
