package redoubt.appliance.identity;

import java.util.List;

/// The tables. People, keys, holds and sessions live here, acts that are `prepared`, and `erasures`
/// and `person_erasures` that have begun; `items` is an index over the encrypted files in
/// `content/` and can be thrown away; `former_keys` are roles of keys whose makers were erased.
final class Schema {
    static final List<String> STATEMENTS =
            List.of(
                    """
                    CREATE TABLE IF NOT EXISTS people (
                      id VARCHAR(32) PRIMARY KEY,
                      name VARCHAR_IGNORECASE(100) NOT NULL UNIQUE,
                      password_hash VARCHAR(300) NOT NULL,
                      roles VARCHAR(100) NOT NULL,
                      disabled BOOLEAN NOT NULL,
                      created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL)
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS api_keys (
                      id VARCHAR(32) PRIMARY KEY,
                      name VARCHAR(100) NOT NULL,
                      role VARCHAR(20) NOT NULL,
                      secret_hash CHAR(64) NOT NULL UNIQUE,
                      created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
                      created_by VARCHAR(100) NOT NULL,
                      last_used_at TIMESTAMP(6) WITH TIME ZONE,
                      revoked_at TIMESTAMP(6) WITH TIME ZONE)
                    """,
                    // Null for keys that were made before it was noted whose they are.
                    "ALTER TABLE api_keys ADD COLUMN IF NOT EXISTS owner VARCHAR(64)",
                    """
                    CREATE TABLE IF NOT EXISTS sessions (
                      token_hash CHAR(64) PRIMARY KEY,
                      id VARCHAR(32) NOT NULL,
                      person VARCHAR(32) NOT NULL REFERENCES people(id),
                      csrf VARCHAR(64) NOT NULL,
                      created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
                      seen_at TIMESTAMP(6) WITH TIME ZONE NOT NULL)
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS prepared (
                      id VARCHAR(32) PRIMARY KEY,
                      from_entry BIGINT NOT NULL,
                      act VARCHAR(100000) NOT NULL)
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS erasures (
                      conversation VARCHAR(32) PRIMARY KEY,
                      from_entry BIGINT NOT NULL)
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS person_erasures (
                      person VARCHAR(32) PRIMARY KEY,
                      from_entry BIGINT NOT NULL,
                      with_keys BOOLEAN NOT NULL)
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS holds (
                      item VARCHAR(64) PRIMARY KEY,
                      reason VARCHAR(1000) NOT NULL,
                      set_at TIMESTAMP(6) WITH TIME ZONE NOT NULL)
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS items (
                      id VARCHAR(32) PRIMARY KEY,
                      kind VARCHAR(20) NOT NULL,
                      owner VARCHAR(64) NOT NULL,
                      conversation VARCHAR(32),
                      created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL)
                    """,
                    // What an answer answers; null for questions, and for answers that were indexed
                    // before this was.
                    "ALTER TABLE items ADD COLUMN IF NOT EXISTS question VARCHAR(32)",
                    "CREATE INDEX IF NOT EXISTS items_answering ON items(question)",
                    """
                    CREATE TABLE IF NOT EXISTS former_keys (
                      id VARCHAR(32) PRIMARY KEY,
                      role VARCHAR(20) NOT NULL)
                    """,
                    "CREATE INDEX IF NOT EXISTS items_of ON items(conversation, created_at)",
                    "CREATE INDEX IF NOT EXISTS items_by ON items(owner, kind, created_at)");

    private Schema() {}
}
