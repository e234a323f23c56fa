package redoubt.appliance;

import java.util.Optional;
import java.util.Set;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Role;
import redoubt.appliance.site.Secrets;
import redoubt.appliance.site.SiteException;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.RecordException;

/// Whoever can sign in at a site that knows nobody yet.
final class FirstAdministrator {
    private FirstAdministrator() {}

    /// @param chosen a password that the installation brought
    /// @return the password that was made here, if somebody was made and none was brought
    static Optional<String> make(People people, Optional<String> chosen)
            throws SiteException, RecordException {
        if (!people.none()) return Optional.empty();
        String password = chosen.orElseGet(Secrets::password);
        try {
            people.create(
                    Appliance.FIRST_ADMINISTRATOR,
                    password,
                    Set.of(Role.ADMINISTRATOR, Role.COMPLIANCE, Role.STAFF),
                    Actor.SYSTEM);
        } catch (People.RefusedException refused) {
            throw new SiteException(
                    SiteException.SITE,
                    "The first administrator cannot be made: "
                            + refused.getMessage()
                            + " Correct --admin-password-file and start again.",
                    refused);
        }
        return chosen.isPresent() ? Optional.empty() : Optional.of(password);
    }
}
