package redoubt.appliance.api.page;

import java.io.IOException;
import redoubt.appliance.conversations.Erasures;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Permission;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.SiteRecord;

/// Erases one answer with its question: whose it is may, and whoever is there for erasures. An
/// answer of `/v1/responses` goes with its response, which repeats it. Any thread.
public final class AnswerErasure {
    private final Items items;
    private final Erasures erasures;

    public AnswerErasure(Items items, Erasures erasures) {
        this.items = items;
        this.erasures = erasures;
    }

    void erase(String id, Principal principal) throws IOException {
        Item.Answer answer =
                items.answer(id)
                        .filter(found ->
                                found.owner().equals(principal.id())
                                        || principal.may(Permission.ERASE))
                        .orElseThrow(() ->
                                RefusedException.notFound(
                                        "output_not_found",
                                        "There is no answer with this identifier that you may erase. It may have been erased already."));
        erasures.erase(answer.id(), SiteRecord.actor(principal));
    }
}
