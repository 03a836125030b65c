package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.Dockerfile.Chain;
import dev.octavo.engine.image.Dockerfile.Instruction;
import dev.octavo.engine.image.ImageSpec.DockerfileContext;
import dev.octavo.engine.image.ImageSpec.DockerfileRun;
import dev.octavo.engine.image.ImageSpec.JavaArchive;
import dev.octavo.engine.image.ImageSpec.Origin;
import dev.octavo.engine.image.Recipe.Copy;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ManifestContent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Builds an image without a daemon and leaves it as an OCI layout at {@code .octavo/images/NAME} of the workspace.
 *
 * <p>The same inputs give the same digest. Layers and bases are kept in the context's cache.
 */
public final class ImageBuilder {
    private static final Logger logger = LoggerFactory.getLogger(ImageBuilder.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
    private static final String NUMBERED_USER = "[0-9]+(?::[0-9]+)?";

    /**
     * Builds it.
     *
     * @throws EngineException {@link ErrorCode#BUILD_OUTPUT} where there is nothing to build from,
     *     {@link ErrorCode#BUILD_BASE} or one of the registry's codes where the base cannot be had,
     *     {@link ErrorCode#CONFIG_FILE} and {@link ErrorCode#BUILD_IMAGE} where the Dockerfile is the reason,
     *     {@link ErrorCode#BUILD_DISK}, {@link ErrorCode#CANCELLED}
     */
    public BuiltImage build(ImageSpec spec, EngineContext context) {
        return build(spec, EarlierImages.NONE, context);
    }

    /**
     * Builds it, unless there is one of the same inputs: then it becomes that one, which is of an earlier commit. The
     * same failures as {@link #build(ImageSpec, EngineContext)}.
     */
    public BuiltImage build(ImageSpec spec, EarlierImages earlier, EngineContext context) {
        if (!NAME.matcher(spec.name()).matches()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + spec.name() + "\" cannot name an image",
                    "",
                    "it becomes a folder and a part of a reference",
                    "use lower-case letters, digits, '.', '_' and '-'");
        }
        context.cancellation().check();
        try {
            LayerStore store = new LayerStore(context);
            List<ImageContent> contents = new ArrayList<>();
            for (ImageSpec each : spec.byPlatform()) {
                contents.add(new Build(each, context, store).content());
            }
            context.cancellation().check();
            String inputs = AssembledImage.inputs(contents, spec.origin());
            Optional<Origin> known = earlier.find(inputs).flatMap(found -> origin(found, contents, spec.origin()));
            return write(spec, contents, known, inputs, store, context);
        } catch (IOException e) {
            context.cancellation().check();
            throw LayerStore.disk(context.workspace(), e);
        }
    }

    /** Whose an image with the same inputs is; empty where it is another image after all. */
    private static Optional<Origin> origin(ManifestContent found, List<ImageContent> contents, Origin origin) {
        try {
            JsonNode annotations = JsonMapper.shared().readTree(found.bytes()).path("annotations");
            Origin its = new Origin(
                    origin.source(),
                    annotations.path("org.opencontainers.image.revision").asString(""),
                    origin.version(),
                    Instant.parse(
                            annotations.path("org.opencontainers.image.created").asString("")));
            return AssembledImage.of(contents, its).top().digest().equals(found.digest())
                    ? Optional.of(its)
                    : Optional.empty();
        } catch (JacksonException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static BuiltImage write(
            ImageSpec spec,
            List<ImageContent> contents,
            Optional<Origin> known,
            String inputs,
            LayerStore store,
            EngineContext context)
            throws IOException {
        Origin origin = known.orElse(spec.origin());
        AssembledImage image = AssembledImage.of(contents, origin);
        Path folder = context.workspace().resolve(".octavo").resolve("images").resolve(spec.name());
        OciLayout layout = OciLayout.write(folder.toAbsolutePath(), spec.name(), image);
        Path bom = context.workspace()
                .toAbsolutePath()
                .resolve(".octavo")
                .resolve("sbom")
                .resolve(spec.name() + ".cdx.json");
        String digest = image.top().digest();
        List<List<StoredLayer>> stacks =
                contents.stream().map(ImageContent::layers).toList();
        store.put(bom, Bom.of(spec.name(), digest, origin, stacks, store));
        Map<String, BuiltImage.Layer> layers = new LinkedHashMap<>();
        long size = image.parts().size() > 1 ? image.top().bytes().length : 0;
        for (AssembledImage.Part part : image.parts()) {
            size += (long) part.config().length + part.manifest().bytes().length;
            for (StoredLayer each : part.content().layers()) {
                layers.put(each.digest(), new BuiltImage.Layer(each.name(), each.digest(), each.size()));
            }
        }
        ImageContent first = contents.get(0);
        return new BuiltImage(
                spec.name(),
                digest,
                layout.folder(),
                size
                        + layers.values().stream()
                                .mapToLong(BuiltImage.Layer::size)
                                .sum(),
                List.copyOf(layers.values()),
                first.base().reference(),
                first.base().digest(),
                Digests.of(image.parts().get(0).config()),
                first.entrypoint(),
                first.command(),
                first.user(),
                first.ports(),
                bom,
                origin.revision(),
                inputs,
                contents.stream().map(ImageContent::platformName).toList(),
                known.isPresent());
    }

    /**
     * Gets the base that {@link #build} will need, so that it needn't wait; may run beside the service's own build.
     * What goes wrong here is told by {@link #build}.
     */
    public void prepare(ImageSpec spec, EngineContext context) {
        EngineContext silent = context.withListener(EngineListener.SILENT);
        try {
            LayerStore store = new LayerStore(silent);
            for (ImageSpec each : spec.byPlatform()) {
                new Build(each, silent, store).fetchBase();
            }
        } catch (IOException | EngineException e) {
            logger.debug("The base of {} cannot be had yet", spec.name(), e);
        }
    }

    /** One build, for one platform. */
    private static final class Build {
        private final ImageSpec spec;
        private final EngineContext context;
        private final LayerStore store;
        private final List<StoredLayer> layers = new ArrayList<>();

        Build(ImageSpec spec, EngineContext context, LayerStore store) {
            this.spec = spec;
            this.context = context;
            this.store = store;
        }

        ImageContent content() throws IOException {
            if (spec.source() instanceof JavaArchive archive) {
                return java(archive);
            }
            if (spec.source() instanceof DockerfileRun run) {
                return new ProgramBuild(spec, run, context, store).content();
            }
            return dockerfile((DockerfileContext) spec.source());
        }

        void fetchBase() throws IOException {
            boolean java = spec.source() instanceof JavaArchive;
            Path file = spec.source() instanceof DockerfileContext other
                    ? other.dockerfile()
                    : spec.source() instanceof DockerfileRun run ? run.dockerfile() : spec.dockerfile();
            String reference = spec.base() != null
                    ? spec.base()
                    : file != null
                            ? Dockerfile.parse(context.workspace().resolve(file))
                                    .chain(spec.buildArguments())
                                    .base()
                            : "eclipse-temurin:" + release() + "-jre";
            new BaseImages(spec, context, store).get(reference, "", java);
        }

        private ImageContent java(JavaArchive source) throws IOException {
            try (JavaArchiveReader reader =
                    JavaArchiveReader.open(context.workspace().resolve(source.file()))) {
                JavaArchiveReader.Service service = reader.read();
                Path file =
                        spec.dockerfile() == null ? null : context.workspace().resolve(spec.dockerfile());
                Dockerfile dockerfile = file == null ? null : Dockerfile.parse(file);
                Chain chain = dockerfile == null ? null : dockerfile.chain(spec.buildArguments());
                String reference = spec.base() != null
                        ? spec.base()
                        : chain != null ? chain.base() : "eclipse-temurin:" + release() + "-jre";
                String where = chain == null || spec.base() != null ? "" : file + ":" + chain.line();
                BaseImage base = new BaseImages(spec, context, store).get(reference, where, true);
                Recipe recipe = dockerfile == null || chain == null
                        ? Recipe.NONE
                        : Recipe.of(
                                dockerfile,
                                chain.instructions(),
                                base.environment(),
                                base.workingDirectory(),
                                spec.buildArguments());
                recipe.notes().forEach(context.listener()::warning);
                layers.addAll(base.layers());
                for (JavaArchiveReader.Part part : service.parts()) {
                    layers.add(store.layer(part.name(), part.files(), part.packed()));
                }
                if (file != null) {
                    files(file, recipe, base);
                }
                JavaCommand written = JavaCommand.of(recipe.entrypoint(), recipe.command());
                written.notes().forEach(context.listener()::warning);
                List<String> entrypoint = new ArrayList<>(List.of("java"));
                entrypoint.addAll(spec.jvmOptions());
                entrypoint.addAll(written.options());
                entrypoint.addAll(service.words());
                entrypoint.addAll(written.arguments());
                String directory =
                        recipe.workingDirectory() == null ? JavaArchiveReader.APP : recipe.workingDirectory();
                return content(base, recipe, entrypoint, List.of(), javaUser(recipe, base), directory);
            }
        }

        /** The oldest release with long-term support that the service runs on. */
        private int release() {
            for (int release : List.of(8, 11, 17, 21, 25)) {
                if (spec.javaLevel() <= release) {
                    return release;
                }
            }
            return spec.javaLevel();
        }

        /** A number, since Kubernetes cannot tell of a name whether it is root; and not root unless that was said. */
        private String javaUser(Recipe recipe, BaseImage base) throws IOException {
            String said = recipe.user() == null ? "" : recipe.user();
            String user = said.isEmpty() ? base.user() : said;
            if (user.matches(NUMBERED_USER)) {
                boolean root = user.equals("0") || user.startsWith("0:");
                return root && said.isEmpty() ? OfflineBase.USER : user;
            }
            if (user.isEmpty() || (user.startsWith("root") && said.isEmpty())) {
                return OfflineBase.USER;
            }
            if (user.equals("root") || user.startsWith("root:")) {
                return "0:0";
            }
            String name = user.indexOf(':') < 0 ? user : user.substring(0, user.indexOf(':'));
            Optional<String> number = new BaseFiles(base, store).user(name);
            if (number.isEmpty()) {
                context.listener()
                        .warning("The base image has no user \"" + name
                                + "\", and RUN is not executed: the image runs as " + OfflineBase.USER);
            }
            return number.orElse(OfflineBase.USER);
        }

        /** What a Java service's Dockerfile copies beside the service itself. */
        private void files(Path dockerfile, Recipe recipe, BaseImage base) throws IOException {
            Path folder = LayerStore.folderOf(dockerfile);
            for (Instruction run : recipe.runs()) {
                context.listener()
                        .warning(dockerfile.getFileName() + ":" + run.line()
                                + ": RUN is not executed; what the image needs of it belongs into a base image,"
                                + " or let the Dockerfile be run (builder dockerfile)");
            }
            CopiedFiles copied = new CopiedFiles(dockerfile, folder, new BaseFiles(base, store));
            List<LayerFile> extra = new ArrayList<>();
            for (Copy copy : recipe.copies()) {
                boolean service = copy.sources().stream().allMatch(Build::isBuildOutput);
                if (copy.from() == null && !service) {
                    extra.addAll(copied.files(copy));
                }
            }
            if (recipe.workingDirectory() != null) {
                extra.add(LayerFile.folder(recipe.workingDirectory(), LayerFile.ROOT));
            }
            extra.removeIf(each -> each.path().equals("/") || each.path().isEmpty());
            if (!extra.isEmpty()) {
                layers.add(store.layer("files", extra, false));
            }
        }

        /** The service's archive, or what is unpacked of it: it is in the image already. */
        private static boolean isBuildOutput(String source) {
            return source.endsWith(".jar")
                    || source.endsWith(".war")
                    || source.matches("(?:\\./)?(?:target|build)(?:/.*)?");
        }

        private ImageContent dockerfile(DockerfileContext source) throws IOException {
            Path file = context.workspace().resolve(source.dockerfile());
            Path folder = context.workspace().resolve(source.folder());
            Dockerfile dockerfile = Dockerfile.parse(file);
            Chain chain = dockerfile.chain(spec.buildArguments());
            chain.instructions().stream()
                    .filter(each -> each.keyword().equals("RUN"))
                    .findFirst()
                    .ifPresent(run -> {
                        throw new EngineException(
                                ErrorCode.BUILD_IMAGE,
                                "The Dockerfile runs something, which needs a container",
                                file + ":" + run.line(),
                                "RUN " + run.text(),
                                "let the Dockerfile be run: builder dockerfile, by buildah or Docker; or do it before the image"
                                        + " is built and COPY the result, or move it into a base image");
                    });
            String where = file + ":" + chain.line();
            String reference = spec.base() != null ? spec.base() : chain.base();
            BaseImage base = new BaseImages(spec, context, store).get(reference, where, false);
            Recipe recipe = Recipe.of(
                    dockerfile,
                    chain.instructions(),
                    base.environment(),
                    base.workingDirectory(),
                    spec.buildArguments());
            recipe.notes().forEach(context.listener()::warning);
            layers.addAll(base.layers());
            CopiedFiles copied = new CopiedFiles(file, folder, new BaseFiles(base, store));
            for (Copy copy : recipe.copies()) {
                List<LayerFile> files = copied.files(copy);
                if (!files.isEmpty()) {
                    String name = copy.instruction().keyword() + " "
                            + copy.instruction().text();
                    layers.add(store.layer(name, files, false));
                }
            }
            if (recipe.workingDirectory() != null && !recipe.workingDirectory().equals("/")) {
                LayerFile directory = LayerFile.folder(recipe.workingDirectory(), LayerFile.ROOT);
                layers.add(store.layer("WORKDIR " + recipe.workingDirectory(), List.of(directory), false));
            }
            List<String> entrypoint = recipe.entrypoint();
            List<String> command = recipe.command();
            if (replaced(base, entrypoint)) {
                entrypoint = null;
            }
            if (replaced(base, command)) {
                command = null;
            }
            String user =
                    recipe.user() == null || (base.offline() && !recipe.user().matches(NUMBERED_USER))
                            ? base.user()
                            : recipe.user();
            return content(
                    base,
                    recipe,
                    entrypoint == null ? strings(base.container().path("Entrypoint")) : entrypoint,
                    // a new ENTRYPOINT forgets the base's CMD
                    command != null
                            ? command
                            : entrypoint == null ? strings(base.container().path("Cmd")) : List.of(),
                    user.isEmpty() ? "0:0" : user,
                    recipe.workingDirectory() == null ? base.workingDirectory() : recipe.workingDirectory());
        }

        private static boolean replaced(BaseImage base, @Nullable List<String> words) {
            if (words == null || words.isEmpty()) {
                return false;
            }
            boolean shell = words.size() > 2
                    && words.get(0).endsWith("sh")
                    && words.get(1).equals("-c");
            String program =
                    shell ? words.get(2).strip().replaceFirst("^exec\\s+", "").split("\\s+")[0] : words.get(0);
            return base.replaced().contains(program.substring(program.lastIndexOf('/') + 1));
        }

        private ImageContent content(
                BaseImage base,
                Recipe recipe,
                List<String> entrypoint,
                List<String> command,
                String user,
                @Nullable String directory) {
            return new ImageContent(
                    spec.name(), spec.labels(), base, layers, recipe, entrypoint, command, user, directory);
        }

        private static List<String> strings(JsonNode array) {
            List<String> result = new ArrayList<>();
            array.forEach(each -> result.add(each.asString("")));
            return List.copyOf(result);
        }
    }
}
