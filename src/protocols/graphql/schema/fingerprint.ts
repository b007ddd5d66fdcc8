import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLNamedType, type GraphQLSchema } from "graphql";

/** A short text that differs between schemas under which different documents are valid. */
export function fingerprintOf(schema: GraphQLSchema): string {
  return fnv1a(Object.values(schema.getTypeMap()).map(shapeOf).join("\n"));
}

function shapeOf(type: GraphQLNamedType): string {
  if (isEnumType(type))
    return `${type.name} ${type
      .getValues()
      .map(({ name }) => name)
      .join(" ")}`;
  if (isInputObjectType(type)) return `${type.name} ${inputs(Object.values(type.getFields()))}`;
  if (!isObjectType(type) && !isInterfaceType(type)) return type.name;
  const fields = Object.values(type.getFields()).map((field) => `${field.name}(${inputs(field.args)}):${String(field.type)}`);
  return `${type.name} ${type.getInterfaces().join(" ")} ${fields.join(" ")}`;
}

function inputs(fields: readonly { name: string; type: object; defaultValue?: unknown }[]): string {
  return fields.map(({ name, type, defaultValue }) => `${name}:${String(type)}=${JSON.stringify(defaultValue)}`).join(" ");
}

/** FNV-1a in two halves of 32 bits that start differently: it keeps apart, it keeps no secret. */
function fnv1a(text: string): string {
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
