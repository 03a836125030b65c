package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.Release.Status;
import java.util.List;
import java.util.Optional;

/**
 * Earlier releases of what is deployed, and what follows from them.
 *
 * @param namespace where they are kept; {@code ""} where none are
 * @param doomed objects that an earlier release had and this one has not, to be deleted
 * @param kept such as stay
 */
record ReleaseState(String namespace, ReleaseStore.Found found, List<Doomed> doomed, List<ObjectRef> kept) {
    static final ReleaseState NONE = new ReleaseState("", ReleaseStore.Found.NONE, List.of(), List.of());

    ReleaseState {
        doomed = List.copyOf(doomed);
        kept = List.copyOf(kept);
    }

    /** An object to be deleted, and no other of its name. */
    record Doomed(ObjectRef object, ResourceType type, String uid) {}

    /** The release that runs, if its successors have not half replaced it. */
    Optional<Release> current() {
        return current(found.releases());
    }

    static Optional<Release> current(List<Release> newestFirst) {
        return newestFirst.stream()
                .filter(release -> release.status() == Status.DEPLOYED)
                .findFirst();
    }

    /** The newest one, whatever became of it. */
    Optional<Release> newest() {
        return found.releases().stream().findFirst();
    }
}
