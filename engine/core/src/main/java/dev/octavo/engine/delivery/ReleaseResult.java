package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.release.ForgeRelease;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A version that is out: images under its name, its tags on the commit they were built from, and the forge's releases.
 *
 * @param tags the git tags' names: one for all microservices, or one for each
 * @param remote the address they were pushed to, without a login; {@code origin} for the clone's own
 * @param notes files with the release notes, one for each tag, from the workspace
 * @param releases those at the forge, none where there is no forge
 */
public record ReleaseResult(
        String version,
        List<String> tags,
        String commit,
        String remote,
        List<Released> services,
        List<String> notes,
        List<ForgeRelease> releases,
        String approver,
        Instant at)
        implements Described {
    /** The image of one microservice under the version; its digest is that of stage 4. */
    public record Released(String service, String reference, String digest) {}

    public ReleaseResult {
        tags = List.copyOf(tags);
        services = List.copyOf(services);
        notes = List.copyOf(notes);
        releases = List.copyOf(releases);
    }

    @Override
    public String text() {
        return Stream.of(
                        services.stream().map(released -> released.reference() + " is " + released.digest()),
                        tags.stream().map(tag -> "git tag " + tag + " on " + commit),
                        releases.stream().map(ForgeRelease::describe),
                        notes.stream().map(file -> "notes in " + file))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String summary() {
        return "git tag " + String.join(", ", tags) + "; "
                + services.stream().map(Released::reference).collect(Collectors.joining("; "))
                + releases.stream().map(release -> "; " + release.url()).collect(Collectors.joining());
    }
}
