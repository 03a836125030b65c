package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.ImagePromoter;
import dev.octavo.engine.image.PromoteRequest;
import dev.octavo.engine.image.PromotedImage;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.release.Forge;
import dev.octavo.engine.release.ForgeKind;
import dev.octavo.engine.release.ForgeProject;
import dev.octavo.engine.release.ForgeRelease;
import dev.octavo.engine.release.GitTags;
import dev.octavo.engine.release.VersionTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stage 7: the images get the version's name, then the commit its tags, then the forge its releases. In this order a
 * run that is killed in between has promised nothing to people that is not there, and the next one finishes it. What can
 * be found out before anything is promoted is found out: tags elsewhere, a token that is not good, a project that is not
 * there.
 */
final class ReleaseOperation implements Operation<ReleaseRequest, ReleaseResult> {
    private static final String NO_FORGE = "none";

    @Override
    public ReleaseResult run(ReleaseRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        SourceResult source = SourceOperation.of(record);
        Tagging tagging = new Tagging(request.version(), request.perService(), request.remote());
        VersionTag version = VersionTag.shared(request.version());
        List<Microservice> services = Chosen.built(record, request.service());
        List<String> names = services.stream().map(Microservice::name).toList();
        tagging.check(source.commit(), names, context);
        Optional<Forge> forge =
                forge(request, tagging.request(tagging.tags(names).get(0), source.commit(), context), context);
        forge.ifPresent(Forge::check);

        Target target = Target.of(request.registry(), request.namespace(), services, context);
        target.required();
        List<PushResult.Pushed> pushed =
                services.stream().map(service -> pushed(service, record)).toList();
        List<NotesPage> notes =
                NotesPage.of(tagging, source.commit(), services, pushed, target, record, context).stream()
                        .map(page -> page.write(context))
                        .toList();

        List<ReleaseResult.Released> released = new ArrayList<>();
        for (PushResult.Pushed each : pushed) {
            released.add(promote(each, target.repository(each.service(), record, context), version, context));
        }
        for (NotesPage page : notes) {
            GitTags.create(
                    tagging.request(page.tag(), source.commit(), context),
                    new GitTags.Tagger(request.taggerName(), request.taggerMail(), message(request, page)),
                    context);
        }
        List<ForgeRelease> releases = new ArrayList<>();
        forge.ifPresent(at -> notes.forEach(page -> {
            ForgeRelease made = at.publish(
                    page.tag().name(),
                    page.notes().title(),
                    page.notes().body(),
                    page.tag().isPreRelease());
            context.listener().progress(made.describe());
            releases.add(made);
        }));
        ReleaseResult result = new ReleaseResult(
                version.version(),
                notes.stream().map(page -> page.tag().name()).toList(),
                source.commit(),
                request.remote().isEmpty() ? "origin" : request.remote(),
                released,
                notes.stream().map(NotesPage::file).toList(),
                releases,
                request.approver(),
                context.clock().instant());
        record.put("release", result);
        return result;
    }

    private static PushResult.Pushed pushed(Microservice service, RunRecord record) {
        return record.get(service.name(), PushOperation.PART, PushResult.Pushed.class)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.REGISTRY_NOT_FOUND,
                        "No image of \"" + service.name() + "\" was pushed by this run",
                        record.file().toString(),
                        "stage 5 has not run",
                        "run \"octavo push\" first"));
    }

    private static ReleaseResult.Released promote(
            PushResult.Pushed pushed, String repository, VersionTag version, EngineContext context) {
        PromotedImage promoted = new ImagePromoter()
                .promote(
                        new PromoteRequest(
                                ImageReference.parse(pushed.repository()).withDigest(pushed.digest()),
                                RegistryAccess.standard(),
                                ImageReference.parse(repository),
                                RegistryAccess.standard(),
                                List.of(version.version())),
                        context);
        context.listener()
                .progress(promoted.tags().get(0)
                        + (promoted.alreadyThere().isEmpty() ? " is " : " was already ")
                        + promoted.digest());
        return new ReleaseResult.Released(pushed.service(), promoted.tags().get(0), promoted.digest());
    }

    private static String message(ReleaseRequest request, NotesPage page) {
        if (!request.notesInTag()) {
            return request.message();
        }
        // the first line is what lists of tags show
        String first = request.message().isEmpty() ? "Release " + page.tag().name() : request.message();
        return first + "\n\n" + page.notes().body();
    }

    /** The forge that is to have releases; where it is not named, only if there is a token and the remote tells which. */
    private static Optional<Forge> forge(ReleaseRequest request, GitTags.Request tag, EngineContext context) {
        boolean token = !context.environment().getOrDefault("FORGE_TOKEN", "").isEmpty();
        boolean asked = !request.forge().isEmpty() || !request.forgeUrl().isEmpty();
        if (request.forge().equalsIgnoreCase(NO_FORGE) || (!asked && !token)) {
            return Optional.empty();
        }
        Optional<ForgeKind> kind = ForgeKind.named(request.forge());
        if (kind.isEmpty() && !request.forge().isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + request.forge() + "\" is no forge that releases are made at",
                    "forge",
                    "known are " + ForgeKind.names() + ", and " + NO_FORGE,
                    "choose one of these");
        }
        Optional<ForgeProject> project = ForgeProject.of(kind, request.forgeUrl(), GitTags.address(tag));
        if (project.isEmpty() && asked) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "Which forge has the API \"" + request.forgeUrl() + "\" is not known",
                    "forge",
                    "the remote's address tells none",
                    "set forge to one of " + ForgeKind.names());
        }
        if (project.isEmpty()) {
            context.listener()
                    .progress("no release at a forge: the remote's address tells none; set forge to one of "
                            + ForgeKind.names());
        }
        return project.map(each -> Forge.of(each, context));
    }
}
