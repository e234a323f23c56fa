package redoubt.appliance.api.page;

import java.io.IOException;
import redoubt.appliance.api.telling.Streams;
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
    private final Streams streams;

    public AnswerErasure(Items items, Erasures erasures, Streams streams) {
        this.items = items;
        this.erasures = erasures;
        this.streams = streams;
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
        String whole = answer.conversation();
        if (whole == null) {
            erasures.erase(id, SiteRecord.actor(principal));
            return;
        }
        if (!items.occupied().beginErasure(whole))
            throw RefusedException.conflict(
                    "answer_running",
                    "An answer is still being written beside this one, so nothing was erased. Stop it or wait for its end, then erase again.");
        try {
            boolean ofResponse = items.response(whole).isPresent();
            erasures.erase(ofResponse ? whole : id, SiteRecord.actor(principal));
            streams.drop(whole);
        } finally {
            items.occupied().endErasure(whole);
        }
    }
}
