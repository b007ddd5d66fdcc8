import { getMember } from "./get.ts";
import { listMembers } from "./list.ts";
import { deleteMember } from "./remove.ts";
import { updateMember } from "./update.ts";

export const operations = [listMembers, getMember, updateMember, deleteMember];
