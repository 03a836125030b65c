package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Changes;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.quality.BuildResult;
import dev.octavo.engine.quality.QualityResult;
import dev.octavo.engine.quality.Redaction;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.release.GitTags;
import dev.octavo.engine.release.ReleaseNotes;
import dev.octavo.engine.release.VersionHistory;
import dev.octavo.engine.release.VersionTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The release notes of one tag.
 *
 * @param file in the workspace, from there
 */
record NotesPage(VersionTag tag, ReleaseNotes notes, String file) {
    /** One for each tag, with the microservices that the tag is of. */
    static List<NotesPage> of(
            Tagging tagging,
            String commit,
            List<Microservice> services,
            List<PushResult.Pushed> pushed,
            Target target,
            RunRecord record,
            EngineContext context) {
        List<String> names = services.stream().map(Microservice::name).toList();
        List<VersionTag> tags = tagging.tags(names);
        Map<String, String> known = GitTags.all(tagging.request(tags.get(0), commit, context), context);
        Catalog catalog = Catalog.scan(context.workspace());
        Redaction redaction = new Redaction(context.environment());
        List<NotesPage> pages = new ArrayList<>();
        for (int i = 0; i < tags.size(); i++) {
            VersionTag tag = tags.get(i);
            List<PushResult.Pushed> images = tagging.perService() ? List.of(pushed.get(i)) : pushed;
            Set<String> concerned = new HashSet<>(
                    images.stream().map(PushResult.Pushed::service).toList());
            VersionHistory history = VersionHistory.of(
                    context.workspace(), tag, commit, known, files -> concerns(catalog, concerned, files));
            pages.add(new NotesPage(
                    tag,
                    new ReleaseNotes(
                            tagging.perService() ? names.get(i) + " " + tag.version() : tag.version(),
                            commit,
                            redacted(history, redaction),
                            images.stream()
                                    .map(image -> image(
                                            image, target.repository(image.service(), record, context), tag, record))
                                    .toList()),
                    RunRecord.FOLDER + "/release-" + tag.name().replace('/', '-') + ".md"));
        }
        return pages;
    }

    private static boolean concerns(Catalog catalog, Set<String> services, List<String> files) {
        return catalog.select(Catalog.CHANGED, new Changes.Files("", files)).services().stream()
                .anyMatch(service -> services.contains(service.name()));
    }

    private static VersionHistory redacted(VersionHistory history, Redaction redaction) {
        return new VersionHistory(
                history.last(),
                history.commits().stream()
                        .map(each -> new VersionHistory.Commit(each.id(), redaction.apply(each.message())))
                        .toList(),
                history.complete());
    }

    private static ReleaseNotes.Image image(
            PushResult.Pushed pushed, String repository, VersionTag tag, RunRecord record) {
        String service = pushed.service();
        return new ReleaseNotes.Image(
                service,
                repository + ":" + tag.version(),
                pushed.digest(),
                // stage 5 may have made none
                record.get(service, PushOperation.PART, Map.class)
                        .map(each -> each.get("sbom"))
                        .map(String::valueOf)
                        .orElse(""),
                record.get(service, TestOperation.PART, BuildResult.class)
                        .map(build -> build.tests().describe())
                        .orElse(""),
                record.get(service, AnalyzeOperation.PART, QualityResult.class)
                        .filter(quality -> quality.status() != QualityResult.Status.SKIPPED)
                        .map(quality -> quality.describe() + " " + quality.dashboardUrl())
                        .orElse(""));
    }

    NotesPage write(EngineContext context) {
        Path path = context.workspace().resolve(file);
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(path, notes.markdown());
            return this;
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The release notes cannot be written",
                    path.toString(),
                    String.valueOf(e.getMessage()),
                    "free some room in that folder, or choose another one for the work",
                    e);
        }
    }
}
