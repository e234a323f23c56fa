package redoubt.appliance.identity;

import java.util.Collection;
import java.util.Set;

/// What can be allowed, and to which roles: the one table. A role that is not named may not.
public enum Permission {
    /// Ask a model, keep conversations, take one's own answers away.
    ASK(Role.STAFF, Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// Read the credential and proof of any answer; the record is for this role.
    READ_ANY_OUTPUT(Role.COMPLIANCE),
    /// Take an evidence package of the record away; with what people asked and were answered only
    /// together with [#READ_ANY_OUTPUT].
    EXPORT_EVIDENCE(Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// Search the entries of the record and read them; the console has their files anyway, and each
    /// search is an entry.
    SEARCH_RECORD(Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// Have an answer generated once more, without seeing it, for a verdict.
    REPLAY(Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// Take the public trust folder.
    READ_TRUST(Role.STAFF, Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// See how the appliance is.
    READ_STATUS(Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// Read figures for monitoring.
    READ_METRICS(Role.ADMINISTRATOR),
    /// Erase a person, or any answer: what the law gives people a right to.
    ERASE(Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// See and change people and their roles.
    ADMINISTER_PEOPLE(Role.ADMINISTRATOR),
    /// Say how long content is kept, and hold what a court may ask for.
    DECIDE_RETENTION(Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// Make backups; at the console.
    BACK_UP(Role.ADMINISTRATOR),
    /// Make and revoke API keys.
    ADMINISTER_KEYS(Role.ADMINISTRATOR),
    /// Load and unload models, and decide which stay loaded.
    ADMINISTER_MODELS(Role.ADMINISTRATOR),
    /// Take to media what the record root is to sign, and bring back what it signed.
    ADMINISTER_RECORD_ROOT(Role.ADMINISTRATOR),
    /// Try every way out, and read the statement made of it.
    CHECK_SEAL(Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// Carry checkpoints to witnesses and outside anchors, and bring back what they signed.
    CARRY_TO_WITNESSES(Role.COMPLIANCE, Role.ADMINISTRATOR),
    /// Say which witnesses the site counts.
    DECIDE_ON_WITNESSES(Role.ADMINISTRATOR),
    /// Stop the appliance; see [Principal#console].
    STOP(Role.ADMINISTRATOR);

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
    private final Set<Role> roles;

    Permission(Role... roles) {
        this.roles = Set.of(roles);
    }

    public boolean allows(Collection<Role> held) {
        return held.stream().anyMatch(roles::contains);
    }

    public Set<Role> roles() {
        return roles;
    }
}
