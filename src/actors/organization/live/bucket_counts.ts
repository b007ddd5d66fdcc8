import type { LiveGroup } from "./live_group.ts";

/** How many sockets each rate-limit bucket has open, and which different subscriptions they follow. */
export class BucketCounts {
  private readonly sockets = new Map<string, number>();
  private readonly groups = new Map<string, Map<LiveGroup, number>>();

  socketsOf(bucket: string): number {
    return this.sockets.get(bucket) ?? 0;
  }

  groupsOf(bucket: string): number {
    return this.groups.get(bucket)?.size ?? 0;
  }

  follows(bucket: string, group: LiveGroup): boolean {
    return this.groups.get(bucket)?.has(group) ?? false;
  }

  opened(bucket: string): void {
    add(this.sockets, bucket, 1);
  }

  closed(bucket: string): void {
    add(this.sockets, bucket, -1);
  }

  joined(bucket: string, group: LiveGroup): void {
    let groups = this.groups.get(bucket);
    if (!groups) this.groups.set(bucket, (groups = new Map()));
    add(groups, group, 1);
  }

  left(bucket: string, group: LiveGroup): void {
    const groups = this.groups.get(bucket);
    if (!groups) return;
    add(groups, group, -1);
    if (groups.size === 0) this.groups.delete(bucket);
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
