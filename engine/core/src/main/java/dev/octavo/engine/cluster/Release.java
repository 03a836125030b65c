package dev.octavo.engine.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A deployment of an application to an environment, as the cluster remembers it. It holds no manifests; those are read
 * when they are needed.
 *
 * @param namespace where it is stored
 * @param number from 1; 0 for what was there before the first one
 * @param description what became of it, in a sentence; {@code ""} where the status says all
 * @param facts about the run, for people: {@code commit}, {@code version}, {@code run}, {@code approver}
 * @param images with their digests
 * @param manifests {@code sha256:...} over what was applied
 * @param objects how many there are
 * @param rollbackTo the release that was applied again; -1 where it is none
 * @param finished null where it has not, or where nobody could say when
 */
public record Release(
        String application,
        String environment,
        String namespace,
        int number,
        Status status,
        String description,
        Map<String, String> facts,
        List<String> images,
        String manifests,
        int objects,
        int rollbackTo,
        Instant started,
        @Nullable Instant finished) {
    /** The fact that names the image which the run had built, by its digest. */
    public static final String IMAGE = "image";

    /** The fact that names the commit of that image, which may be an earlier one than the run's. */
    public static final String IMAGE_COMMIT = "imageCommit";

    /** The commit of the latest run that found this release to be what it would deploy; there where it is another than the release's own. */
    public static final String CONFIRMED = "confirmedCommit";

    public Release {
        facts = Map.copyOf(facts);
        images = List.copyOf(images);
    }

    /** What became of a release. */
    public enum Status {
        /** It is under way, or what did it was killed. */
        PENDING,
        /** It is what runs. */
        DEPLOYED,
        /** It was deployed, and another one after it. */
        SUPERSEDED,
        /** It is being undone, or what did that was killed. */
        ROLLING_BACK,
        /** It failed and was undone. */
        ROLLED_BACK,
        /** It failed. */
        FAILED,
        /** What was there before the first release. */
        ADOPTED;

        /** As it is written: {@code rolled-back}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether it ran and can be gone back to. */
        public boolean good() {
            return this == DEPLOYED || this == SUPERSEDED || this == ADOPTED;
        }

        /** Whether somebody was, or is, at work on it. */
        public boolean open() {
            return this == PENDING || this == ROLLING_BACK;
        }
    }

    /** How long it took; null where it is not finished. */
    public @Nullable Duration duration() {
        return finished == null ? null : Duration.between(started, finished);
    }

    /** {@code release 3}. */
    public String title() {
        return "release " + number;
    }

    Release with(Status other, String why) {
        return new Release(
                application,
                environment,
                namespace,
                number,
                other,
                why,
                facts,
                images,
                manifests,
                objects,
                rollbackTo,
                started,
                finished);
    }

    Release finishedAt(Instant when) {
        return new Release(
                application,
                environment,
                namespace,
                number,
                status,
                description,
                facts,
                images,
                manifests,
                objects,
                rollbackTo,
                started,
                when);
    }

    /** The last commit that is known to make this very release; {@code ""} where none is known. */
    public String latestCommit() {
        return facts.getOrDefault(CONFIRMED, facts.getOrDefault("commit", ""));
    }

    /** The same release, which another commit makes too. */
    Release confirmedBy(String commit) {
        Map<String, String> more = new LinkedHashMap<>(facts);
        more.put(CONFIRMED, commit);
        return new Release(
                application,
                environment,
                namespace,
                number,
                status,
                description,
                more,
                images,
                manifests,
                objects,
                rollbackTo,
                started,
                finished);
    }

    /** The same release, gone on with by another run. */
    Release takenOver(Map<String, String> otherFacts) {
        return new Release(
                application,
                environment,
                namespace,
                number,
                Status.PENDING,
                "taken over from a run that was killed",
                otherFacts,
                images,
                manifests,
                objects,
                rollbackTo,
                started,
                null);
    }
}
