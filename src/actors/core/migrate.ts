export interface Migration {
  /** `0001_core`: the number orders it and is never reused. */
  name: string;
  sql: string;
}

/** Whether this actor's storage was ever set up; an actor that was not must not write anything. */
export function isMigrated(storage: DurableObjectStorage): boolean {
  return storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").toArray().length > 0;
}

/**
 * Applies the migrations that this storage lacks, in order and in one transaction. Applied ones must be a prefix of the list: a renamed or
 * reordered migration is refused, since the tables would no longer be what the code believes.
 */
export function migrate(storage: DurableObjectStorage, migrations: readonly Migration[]): void {
  storage.transactionSync(() => {
    storage.sql.exec("CREATE TABLE IF NOT EXISTS migrations (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT");
    const applied = storage.sql.exec<{ name: string }>("SELECT name FROM migrations ORDER BY position").toArray();
    applied.forEach(({ name }, index) => {
      if (migrations[index]?.name !== name)
        throw new Error(`Migration ${index + 1} is "${migrations[index]?.name}" in the code but "${name}" was applied`);
    });
    for (const migration of migrations.slice(applied.length)) {
      storage.sql.exec(migration.sql);
      storage.sql.exec("INSERT INTO migrations (name) VALUES (?)", migration.name);
    }
  });
}
