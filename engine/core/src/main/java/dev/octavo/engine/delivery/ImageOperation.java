package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceKind;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.EarlierImages;
import dev.octavo.engine.image.ImageBuilder;
import dev.octavo.engine.image.ImageSpec;
import dev.octavo.engine.image.ImageSpec.DockerfileRun;
import dev.octavo.engine.image.Offline;
import dev.octavo.engine.image.RegistryInputs;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stage 4: the image, from what the build has packaged. */
final class ImageOperation implements Operation<ImageRequest, ImageResult> {
    static final String PART = "image";

    private static final int ARCHIVE_DEPTH = 4;
    private static final Pattern PLATFORM = Pattern.compile("linux/[a-z0-9_]+(?:/v[0-9]+)?");
    /** Archives that builds leave beside the program's own. */
    private static final Pattern BESIDE = Pattern.compile("-(sources|javadoc|tests|plain)\\.jar$|\\.original$");

    @Override
    public ImageResult run(ImageRequest request, EngineContext context) {
        RunRecord record = RunRecord.open(context.workspace());
        SourceResult source = SourceOperation.of(record);
        List<ImageResult.Made> made = new ArrayList<>();
        MissingDockerfiles missing = new MissingDockerfiles(context);
        for (Microservice service : Chosen.built(record, request.service())) {
            ImageWay way = ImageWay.of(service, request, context);
            ImageSpec spec = spec(way, source, request, missing, context)
                    .withBase(request.base().isEmpty() ? null : request.base())
                    .withBuildArguments(way.buildArguments())
                    .withOffline(offline(request.offline()))
                    .withPlatforms(platforms(request.platforms()))
                    .withOwnRegistry(ownRegistry(request));
            BuiltImage image = new ImageBuilder().build(spec, earlier(service, request, context), context);
            if (image.present()) {
                context.listener()
                        .progress("nothing to build: the registry has the image of these inputs since commit "
                                + image.revision());
            }
            record.put(service.name(), PART, image);
            made.add(new ImageResult.Made(service.name(), image));
        }
        if (request.push()) {
            push(request, context);
        }
        return new ImageResult(made);
    }

    private static ImageSpec spec(
            ImageWay way,
            SourceResult source,
            ImageRequest request,
            MissingDockerfiles missing,
            EngineContext context) {
        Microservice service = way.service();
        if (!way.programs().isEmpty()) {
            Path dockerfile = Path.of(Objects.requireNonNull(service.dockerfile()));
            return ImageSpec.program(
                    service.name(),
                    new DockerfileRun(dockerfile, Path.of(service.directory()), way.programs(), request.rebuild()),
                    origin(source));
        }
        if (isFiles(service)) {
            return files(service, source, FrontEndImage.dockerfile(service, context));
        }
        ImageSpec spec = spec(service, source, archive(service, context));
        return service.dockerfile() == null ? spec.withDockerfile(written(missing, service)) : spec;
    }

    /** What counts where a microservice has no Dockerfile, so that writing one changes nothing. */
    private static @Nullable Path written(MissingDockerfiles missing, Microservice service) {
        try {
            return missing.file(service).orElse(null);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The Dockerfile that \"" + service.name() + "\" has not got cannot be made up",
                    ".octavo",
                    e.toString(),
                    "check that the workspace can be written to, and has room",
                    e);
        }
    }

    /** The registry that the run's login is for. */
    private static String ownRegistry(ImageRequest request) {
        return request.registry().isEmpty()
                ? ""
                : ImageReference.parse(request.registry() + "/octavo").registry();
    }

    private static void push(ImageRequest request, EngineContext context) {
        if (request.registry().isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The images cannot be pushed: no registry is named",
                    "registry",
                    "push was asked for",
                    "name one by --registry or the variable REGISTRY");
        }
        String key = context.environment().getOrDefault("COSIGN_KEY", "");
        PushResult pushed = new PushOperation()
                .run(
                        new PushRequest(request.service(), request.registry(), request.namespace(), List.of(), key),
                        context);
        pushed.text().lines().forEach(context.listener()::progress);
    }

    private static EarlierImages earlier(Microservice service, ImageRequest request, EngineContext context) {
        if (request.rebuild() || request.registry().isEmpty()) {
            return EarlierImages.NONE;
        }
        String repository = new Target(request.registry(), request.namespace()).repository(service, context);
        return new RegistryInputs(ImageReference.parse(repository), RegistryAccess.standard(), context);
    }

    private static List<String> platforms(List<String> given) {
        for (String each : given) {
            if (!PLATFORM.matcher(each).matches()) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "\"" + each + "\" is no platform that an image can be for",
                        "platforms",
                        "a platform is linux, an architecture and perhaps its variant",
                        "write it as linux/amd64, linux/arm64 or linux/arm/v7");
            }
        }
        return given.stream().distinct().toList();
    }

    /** Gets what the images will be built on, while something else is under way. */
    static void prepareBases(
            List<Microservice> services, SourceResult source, EngineContext context, Cancellation cancellation) {
        EngineContext beside = new EngineContext(
                context.workspace(),
                context.cache(),
                context.environment(),
                context.listener(),
                cancellation,
                context.clock());
        for (Microservice service : services) {
            if (isFiles(service) && service.dockerfile() == null) {
                continue; // what its image is made by is known once it is built
            }
            // the archive is not there yet and not looked at
            new ImageBuilder().prepare(spec(service, source, Path.of(service.artifact())), beside);
        }
    }

    private static ImageSpec spec(Microservice service, SourceResult source, Path archive) {
        String named = service.dockerfile();
        Path dockerfile = named == null ? null : Path.of(named);
        if (isFiles(service) && dockerfile != null) {
            return files(service, source, dockerfile);
        }
        ImageSpec spec = ImageSpec.java(service.name(), archive, origin(source)).withDockerfile(dockerfile);
        return service.javaLevel() == 0 ? spec : spec.withJavaLevel(service.javaLevel());
    }

    /** No version: the same commit is the same image, whatever it is released as. */
    private static ImageSpec.Origin origin(SourceResult source) {
        return new ImageSpec.Origin(source.repository(), source.commit(), "", source.committedAt());
    }

    /** Whether the image is what a Dockerfile copies, and not a Java archive. */
    private static boolean isFiles(Microservice service) {
        return service.kind() == ServiceKind.STATIC;
    }

    private static ImageSpec files(Microservice service, SourceResult source, Path dockerfile) {
        return ImageSpec.dockerfile(service.name(), dockerfile, Path.of(service.directory()), origin(source));
    }

    /** What the build has packaged, relative to the workspace. */
    private static Path archive(Microservice service, EngineContext context) {
        Path folder = context.workspace().resolve(service.directory());
        PathMatcher matcher = folder.getFileSystem().getPathMatcher("glob:" + service.artifact());
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder, ARCHIVE_DEPTH)) {
            files.filter(file -> matcher.matches(folder.relativize(file)))
                    .filter(file ->
                            !BESIDE.matcher(file.getFileName().toString()).find())
                    .sorted()
                    .forEach(found::add);
        } catch (IOException | UncheckedIOException e) {
            throw noArchive(service, String.valueOf(e.getMessage()));
        }
        if (found.size() != 1) {
            throw noArchive(
                    service,
                    found.isEmpty()
                            ? "no file is " + service.artifact() + " there"
                            : "several files are: "
                                    + String.join(
                                            ", ",
                                            found.stream()
                                                    .map(file -> folder.relativize(file)
                                                            .toString())
                                                    .toList()));
        }
        return context.workspace().relativize(found.get(0));
    }

    private static EngineException noArchive(Microservice service, String why) {
        return new EngineException(
                ErrorCode.BUILD_OUTPUT,
                "The build of \"" + service.name() + "\" left nothing to make an image from",
                service.directory(),
                why,
                "run stage 2 before stage 4; the build must package one jar or war");
    }

    private static Offline offline(String text) {
        try {
            return Offline.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + text + "\" is no way to choose the base image",
                    "offline",
                    "the ways are " + Arrays.toString(Offline.values()).toLowerCase(Locale.ROOT),
                    "correct it",
                    e);
        }
    }
}
