package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.Dockerfile.Instruction;
import dev.octavo.engine.image.Dockerfile.Stage;
import dev.octavo.engine.image.ImageSpec.DockerfileRun;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.DockerLogin;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.program.Program;
import dev.octavo.engine.quality.Redaction;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image that a program builds by a Dockerfile, with all that its RUN does. Images from elsewhere are fetched by Octavo and
 * pinned, so that the program needs no login and no certificate; what it has made becomes layers and a configuration as all
 * other images have them.
 */
final class ProgramBuild {
    /** Changes whenever the same inputs would give something else. */
    private static final String FORMAT = "1";

    /** A tar with nothing in it. */
    private static final String EMPTY = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

    private static final int BUFFER = 64 * 1024;
    private static final int NAME_DIGITS = 20;
    private static final int LINES_KEPT = 12;
    private static final int NAME_MAX = 100;

    /** What a program may know of the run: nothing that could be a secret of it. */
    private static final Pattern PASSED_ON =
            Pattern.compile("PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|XDG_.*|STORAGE_.*|BUILDAH_.*|CONTAINERS?_.*"
                    + "|REGISTRIES_.*|DOCKER_.*|BUILDKIT_.*|BUILDX_.*|SSL_CERT_.*|_CONTAINERS_.*"
                    + "|(?i:(?:https?|ftp|all|no)_proxy|systemroot|temp|tmp|userprofile|appdata|localappdata|pathext)");

    private static final Pattern ARGUMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern STEP =
            Pattern.compile("(?:\\[\\d+/\\d+\\] )?(?:STEP \\d+(?:/\\d+)?: |Step \\d+/\\d+ : )(.+)");
    private static final Pattern MARKED = Pattern.compile("\\s*(\\d+) \\| >>> .*");
    private static final Pattern SHELL_WORDS = Pattern.compile("^(?:\\|\\d+ .*?)?/bin/sh -c (?:#\\(nop\\)\\s+)?");
    private static final Pattern CONTENT = Pattern.compile("(?:file|dir|multi):[0-9a-f]{64} in (\\S+)\\s*$");

    private final ImageSpec spec;
    private final DockerfileRun source;
    private final EngineContext context;
    private final LayerStore store;
    private final Path file;
    private final Path folder;
    private final String platform;

    ProgramBuild(ImageSpec spec, DockerfileRun source, EngineContext context, LayerStore store) {
        this.spec = spec;
        this.source = source;
        this.context = context;
        this.store = store;
        this.file = context.workspace().resolve(source.dockerfile());
        this.folder = context.workspace().resolve(source.folder()).normalize();
        this.platform = spec.platforms().isEmpty()
                ? "linux/" + OfflineBase.architecture()
                : spec.platforms().get(0);
    }

    /** What came of a program's work, as the store keeps it. */
    record Kept(JsonNode container, List<KeptLayer> layers) {}

    /** One of its own layers. */
    record KeptLayer(String name, String digest, String diffId, long size) {}

    /** What a program has left: its configuration, and its layers by their place in it. */
    interface Made extends AutoCloseable {
        JsonNode config();

        /** The tar of a layer, which may be compressed. */
        InputStream layer(int index) throws IOException;

        @Override
        void close() throws IOException;
    }

    ImageContent content() throws IOException {
        ImageProgram.Found found = ImageProgram.find(source.programs(), source.dockerfile(), context.environment());
        checkArguments();
        Dockerfile dockerfile = Dockerfile.parse(file);
        Path temporary = store.temporaryFolder();
        try {
            Bases bases = new Bases(found.program(), temporary);
            PinnedDockerfile pinned =
                    PinnedDockerfile.of(dockerfile, Files.readString(file), spec.buildArguments(), bases);
            Path written = Files.writeString(temporary.resolve("Dockerfile"), pinned.text());
            String key = key(found.program(), pinned.text());
            Optional<Kept> known = source.fresh() ? Optional.empty() : known(key);
            Kept kept = known.isPresent()
                    ? known.get()
                    : keep(key, bases.base(), new Call(found, dockerfile, pinned, temporary, written, bases));
            if (known.isPresent()) {
                context.listener()
                        .progress(spec.name() + ": nothing that " + source.dockerfile()
                                + " is built from has changed since it was built here");
            }
            return content(bases.base(), kept);
        } finally {
            LayerStore.delete(temporary);
        }
    }

    private void checkArguments() {
        for (String name : spec.buildArguments().keySet()) {
            boolean taken =
                    PASSED_ON.matcher(name).matches() && context.environment().containsKey(name);
            if (!ARGUMENT.matcher(name).matches() || taken) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "\"" + name + "\" cannot be a build argument",
                        "buildArguments",
                        taken ? "it is a variable of the program that builds" : "it is no name of a variable",
                        "call it something else, there and in the ARG of the Dockerfile");
            }
        }
    }

    // ---- images from elsewhere

    /** Fetches what the Dockerfile names, and puts it where the program finds it. */
    private final class Bases implements PinnedDockerfile.Places {
        private final ImageProgram program;
        private final Path temporary;
        /** Those that lie in the temporary folder, by the name that the program is to give them. */
        private final Map<String, BaseImage> fetched = new LinkedHashMap<>();

        private final List<ImageReference> named = new ArrayList<>();
        private @Nullable BaseImage base;

        Bases(ImageProgram program, Path temporary) {
            this.program = program;
            this.temporary = temporary;
        }

        @Override
        public String of(String reference, int line, boolean here, boolean isBase) throws IOException {
            String asked = isBase && spec.base() != null ? spec.base() : reference;
            ImageSpec its = here ? spec.withPlatforms(List.of()) : spec;
            if (program == ImageProgram.DOCKER) {
                its = its.withOffline(Offline.NEVER); // its daemon fetches for itself
            }
            BaseImage image = new BaseImages(its, context, store).get(asked, source.dockerfile() + ":" + line, false);
            if (isBase) {
                base = image;
            }
            if (asked.equals(BaseImages.SCRATCH)) {
                return asked;
            }
            if (program == ImageProgram.DOCKER) {
                ImageReference pinned = ImageReference.parse(asked).withDigest(image.digest());
                named.add(pinned);
                return pinned.toString();
            }
            AssembledImage whole = assembled(image);
            String name = "octavo-base/" + Digests.hex(whole.top().digest()).substring(0, NAME_DIGITS);
            if (fetched.put("localhost/" + name, image) == null) {
                OciLayout unused = OciLayout.write(temporary.resolve(name), "base", whole);
            }
            return "localhost/" + name;
        }

        /** Scratch where the Dockerfile names nothing else. */
        BaseImage base() throws IOException {
            BaseImage known = base;
            return known != null ? known : new BaseImages(spec, context, store).get(BaseImages.SCRATCH, "", false);
        }

        private AssembledImage assembled(BaseImage image) {
            byte[] config = JsonMapper.shared().writeValueAsBytes(withHistory(image));
            ImageContent content = new ImageContent(
                    "base", Map.of(), image, image.layers(), Recipe.NONE, List.of(), List.of(), "0:0", null);
            AssembledImage.Part part =
                    new AssembledImage.Part(content.manifest(config, spec.origin()), config, content);
            return new AssembledImage(part.manifest(), List.of(part));
        }
    }

    /** buildah refuses a base whose history does not tell of each layer; not all that build images write one. */
    private static ObjectNode withHistory(BaseImage image) {
        ObjectNode config = image.config().deepCopy();
        long told = 0;
        for (JsonNode each : config.path("history")) {
            told += each.path("empty_layer").asBoolean(false) ? 0 : 1;
        }
        if (told != image.layers().size()) {
            ArrayNode history = config.putArray("history");
            image.layers().forEach(each -> history.addObject().put("created_by", each.name()));
        }
        return config;
    }

    // ---- the same inputs as before

    private String key(ImageProgram program, String dockerfile) throws IOException {
        MessageDigest sha = Digests.sha256();
        update(sha, FORMAT, program.title(), platform, dockerfile);
        new TreeMap<>(spec.buildArguments()).forEach((name, value) -> update(sha, name, value));
        IgnoreFile ignore = IgnoreFile.of(file, folder);
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.filter(each -> !each.equals(folder)).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Path cache = context.workspace().resolve(".octavo");
        for (Path each : all) {
            String path = folder.relativize(each).toString().replace('\\', '/');
            if (each.startsWith(cache) || ignore.ignores(path)) {
                continue;
            }
            context.cancellation().check();
            if (Files.isSymbolicLink(each)) {
                update(sha, path, "->", Files.readSymbolicLink(each).toString());
            } else if (Files.isRegularFile(each)) {
                String content;
                try (InputStream in = Files.newInputStream(each)) {
                    content = Digests.of(in);
                }
                update(sha, path, content, String.valueOf(Files.isExecutable(each)));
            } else {
                update(sha, path, "/");
            }
        }
        return Digests.hex(Digests.format(sha));
    }

    private static void update(MessageDigest sha, String... texts) {
        for (String each : texts) {
            sha.update(each.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
        }
    }

    private Path place(String key) {
        return store.folder("dockerfiles").resolve(key + ".json");
    }

    private Optional<Kept> known(String key) throws IOException {
        try {
            Kept kept = JsonMapper.shared().readValue(Files.readAllBytes(place(key)), Kept.class);
            for (KeptLayer each : kept.layers()) {
                Path blob = store.blob(each.digest());
                if (!Files.isRegularFile(blob) || Files.size(blob) != each.size()) {
                    return Optional.empty();
                }
            }
            return Optional.of(kept);
        } catch (NoSuchFileException | JacksonException e) {
            return Optional.empty();
        }
    }

    // ---- what was made

    private Kept keep(String key, BaseImage base, Call call) throws IOException {
        try (Made made = call.run()) {
            JsonNode config = made.config();
            JsonNode ids = config.path("rootfs").path("diff_ids");
            List<String> names = names(config);
            List<KeptLayer> layers = new ArrayList<>();
            for (int i = common(base, ids); i < ids.size(); i++) {
                String id = ids.path(i).asString("");
                if (id.equals(EMPTY)) {
                    continue;
                }
                String name = names.size() == ids.size() ? names.get(i) : "Dockerfile";
                StoredLayer stored = layer(name, id, i, made);
                layers.add(new KeptLayer(name, stored.digest(), stored.diffId(), stored.size()));
            }
            Kept kept = new Kept(config.path("config"), List.copyOf(layers));
            store.put(place(key), JsonMapper.shared().writeValueAsBytes(kept));
            return kept;
        }
    }

    /** How many of the lowest layers are the base's; these stay as its registry has them. */
    private static int common(BaseImage base, JsonNode ids) {
        for (int i = 0; i < base.layers().size(); i++) {
            if (!base.layers().get(i).diffId().equals(ids.path(i).asString(""))) {
                return 0;
            }
        }
        return base.layers().size();
    }

    private StoredLayer layer(String name, String id, int index, Made made) throws IOException {
        MessageDigest sha = Digests.sha256();
        update(sha, FORMAT, "program", id);
        String key = Digests.hex(Digests.format(sha));
        Optional<StoredLayer> known = store.find(name, key);
        if (known.isPresent()) {
            return known.get();
        }
        try (InputStream in = new BufferedInputStream(made.layer(index), BUFFER)) {
            in.mark(2);
            boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            InputStream tar = gzip ? new GZIPInputStream(in, BUFFER) : in;
            return store.write(name, key, false, out -> TarTimes.copy(tar, out));
        }
    }

    /** What has made each layer, without the values of build arguments, which stand there too. */
    private static List<String> names(JsonNode config) {
        List<String> names = new ArrayList<>();
        for (JsonNode each : config.path("history")) {
            if (!each.path("empty_layer").asBoolean(false)) {
                String text = each.path("created_by").asString("");
                boolean run = SHELL_WORDS.matcher(text).find() && !text.contains("#(nop)");
                text = SHELL_WORDS.matcher(text).replaceFirst("");
                text = CONTENT.matcher(text).replaceFirst("$1").replaceFirst("\\s*# buildkit$", "");
                text = (run && !text.startsWith("RUN ") ? "RUN " : "")
                        + text.replaceAll("\\s+", " ").strip();
                text = text.replaceFirst("^RUN (?:\\|\\d+ .*? )?/bin/sh -c ", "RUN ");
                names.add(text.substring(0, Math.min(NAME_MAX, text.length())));
            }
        }
        return names;
    }

    private ImageContent content(BaseImage base, Kept kept) {
        List<StoredLayer> layers = new ArrayList<>(base.layers());
        for (KeptLayer each : kept.layers()) {
            layers.add(new StoredLayer(
                    each.name(),
                    MediaTypes.OCI_LAYER_GZIP,
                    each.digest(),
                    each.diffId(),
                    each.size(),
                    store.blob(each.digest())));
        }
        JsonNode container = kept.container();
        String user = container.path("User").asString("");
        return new ImageContent(
                spec.name(),
                spec.labels(),
                base,
                layers,
                recipe(base, container),
                strings(container.path("Entrypoint")),
                strings(container.path("Cmd")),
                user.isEmpty() ? "0:0" : user,
                container.path("WorkingDir").asString(null));
    }

    private static Recipe recipe(BaseImage base, JsonNode container) {
        Map<String, String> environment = new LinkedHashMap<>();
        strings(container.path("Env")).forEach(each -> {
            int equals = each.indexOf('=');
            environment.put(
                    equals < 0 ? each : each.substring(0, equals), equals < 0 ? "" : each.substring(equals + 1));
        });
        Map<String, String> labels = new TreeMap<>();
        JsonNode inherited = base.container().path("Labels");
        container.path("Labels").properties().forEach(each -> {
            String value = each.getValue().asString("");
            boolean ours = !value.equals(inherited.path(each.getKey()).asString(null));
            if (ours && !each.getKey().equals("io.buildah.version")) {
                labels.put(each.getKey(), value);
            }
        });
        String signal = container.path("StopSignal").asString("");
        return new Recipe(
                environment,
                List.copyOf(container.path("ExposedPorts").propertyNames()),
                null,
                null,
                labels,
                List.copyOf(container.path("Volumes").propertyNames()),
                null,
                null,
                signal.isEmpty() ? null : signal,
                List.of(),
                List.of(),
                List.of());
    }

    private static List<String> strings(JsonNode array) {
        List<String> result = new ArrayList<>();
        array.forEach(each -> result.add(each.asString("")));
        return List.copyOf(result);
    }

    // ---- the program

    /** One call of the program, with all that it needs. */
    private final class Call {
        private final ImageProgram program;
        private final String command;
        private final Dockerfile dockerfile;
        private final PinnedDockerfile pinned;
        private final Path temporary;
        private final Path written;
        private final Bases bases;
        private final Map<String, String> environment = new HashMap<>();
        private final Deque<String> tail = new ArrayDeque<>();
        private final StringBuilder step = new StringBuilder();
        private final Redaction redaction;
        private int marked;

        Call(
                ImageProgram.Found found,
                Dockerfile dockerfile,
                PinnedDockerfile pinned,
                Path temporary,
                Path written,
                Bases bases) {
            this.program = found.program();
            this.command = found.file().toString();
            this.dockerfile = dockerfile;
            this.pinned = pinned;
            this.temporary = temporary;
            this.written = written;
            this.bases = bases;
            context.environment().forEach((name, value) -> {
                if (PASSED_ON.matcher(name).matches()) {
                    environment.put(name, value);
                }
            });
            environment.putAll(spec.buildArguments()); // by their names alone on the command line
            environment.put("BUILDKIT_PROGRESS", "plain");
            Map<String, String> all = new HashMap<>(context.environment());
            all.putAll(spec.buildArguments());
            this.redaction = new Redaction(all);
        }

        Made run() throws IOException {
            context.listener()
                    .progress("building " + spec.name() + " by " + program.title() + " from " + source.dockerfile());
            Path id = temporary.resolve("id");
            List<String> words = new ArrayList<>(List.of("build"));
            if (program == ImageProgram.BUILDAH) {
                for (String name : bases.fetched.keySet()) {
                    call(List.of("pull", "-q", "oci:" + name.substring("localhost/".length())));
                }
                words.addAll(List.of("--layers", "--pull-never", "--timestamp", "1"));
            } else {
                DockerLogin.write(temporary.resolve("docker"), bases.named, spec::access, context)
                        .ifPresent(config -> environment.put("DOCKER_CONFIG", config.toString()));
                words.add("--pull=false");
            }
            Path ignored = ignored();
            if (program == ImageProgram.BUILDAH) {
                words.addAll(List.of("--ignorefile", ignored.toString()));
            }
            if (source.fresh()) {
                words.add("--no-cache");
            }
            new TreeMap<>(spec.buildArguments()).keySet().forEach(name -> words.addAll(List.of("--build-arg", name)));
            words.addAll(List.of("--platform", platform, "--iidfile", id.toString()));
            words.addAll(List.of("-t", "localhost/octavo/" + spec.name()));
            words.addAll(List.of("-f", written.toString(), folder.toString()));
            call(words);
            String image = Files.readString(id).strip();
            if (program == ImageProgram.BUILDAH) {
                Path layout = temporary.resolve("made");
                leaveOut(layout);
                call(List.of("push", "-q", "--disable-compression", image, "oci:made"));
                return LayoutMade.open(layout);
            }
            Path archive = temporary.resolve("made.tar");
            call(List.of("save", "-o", archive.toString(), image));
            return ArchiveMade.open(archive);
        }

        /** What is no part of the build, where Docker looks for it too: nothing of Octavo's own goes into an image. */
        private Path ignored() throws IOException {
            Path own = file.resolveSibling(file.getFileName() + ".dockerignore");
            Path theirs = Files.isRegularFile(own) ? own : folder.resolve(".dockerignore");
            String text = Files.isRegularFile(theirs) ? Files.readString(theirs) : "";
            return Files.writeString(
                    written.resolveSibling(written.getFileName() + ".dockerignore"), text + "\n.octavo\n");
        }

        /** What lies there already is not written again: the base's layers are known, and may be large. */
        private void leaveOut(Path layout) throws IOException {
            Path blobs = Files.createDirectories(layout.resolve("blobs").resolve("sha256"));
            for (StoredLayer each : bases.base().layers()) {
                Path blob = blobs.resolve(Digests.hex(each.diffId()));
                if (!Files.exists(blob)) {
                    Files.createFile(blob);
                }
            }
        }

        private void call(List<String> words) {
            List<String> all = new ArrayList<>(List.of(command));
            all.addAll(words);
            tail.clear();
            int code = new Program(all, temporary, environment).run(this::hear, context.cancellation());
            if (code != 0) {
                throw failed(words.get(0), code);
            }
        }

        private void hear(String raw) {
            String line = raw;
            for (Map.Entry<String, String> each : pinned.names().entrySet()) {
                line = line.replace(each.getKey(), each.getValue());
            }
            line = redaction.apply(line);
            context.listener().output(line);
            if (!line.isBlank()) {
                tail.addLast(line.stripTrailing());
                if (tail.size() > LINES_KEPT) {
                    tail.removeFirst();
                }
            }
            Matcher matcher = STEP.matcher(line);
            if (matcher.matches()) {
                step.setLength(0);
                step.append(matcher.group(1).strip());
            }
            Matcher mark = MARKED.matcher(line);
            if (mark.matches() && marked == 0) {
                marked = Integer.parseInt(mark.group(1));
            }
        }

        private EngineException failed(String what, int code) {
            String said = String.join("\n", tail);
            Optional<Instruction> at = what.equals("build") ? instruction() : Optional.empty();
            String which = at.map(each -> "its " + each.keyword() + " ends with an error")
                    .orElse(program.title() + " " + what + " ends with exit code " + code);
            return new EngineException(
                    ErrorCode.BUILD_IMAGE,
                    "The image of \"" + spec.name() + "\" cannot be built by its Dockerfile: " + which,
                    source.dockerfile() + at.map(each -> ":" + each.line()).orElse(""),
                    at.map(each -> each.keyword() + " " + each.text() + "\n").orElse("") + said,
                    fix(said));
        }

        private String fix(String said) {
            if (said.contains("Docker daemon")) {
                return "start Docker's daemon and let this user talk to it, or install buildah, which needs none";
            }
            if (said.contains("exec format error") || said.contains("Exec format error")) {
                return "what runs is for " + platform
                        + ": build it on such a machine, or install qemu-user-static there";
            }
            boolean rights = said.contains("peration not permitted")
                    || said.contains("ermission denied")
                    || said.contains("overlay")
                    || said.contains("unshare")
                    || said.contains("user namespace");
            return program == ImageProgram.BUILDAH && rights && !environment.containsKey("BUILDAH_ISOLATION")
                    ? "correct it; in a container without more rights, set BUILDAH_ISOLATION=chroot and STORAGE_DRIVER=vfs"
                    : "correct the line; what it says above is " + program.title() + "'s";
        }

        /** The instruction at which it stopped. */
        private Optional<Instruction> instruction() {
            List<Instruction> all = new ArrayList<>();
            for (Stage stage : dockerfile.stages()) {
                all.add(new Instruction(stage.line(), "FROM", Map.of(), stage.from(), null));
                all.addAll(stage.instructions());
            }
            if (marked > 0) {
                return all.stream().filter(each -> each.line() <= marked).reduce((first, second) -> second);
            }
            String said = step.toString().replaceAll("\\s+", " ");
            return all.stream()
                    .filter(each -> said.startsWith(each.keyword() + " ")
                            && said.endsWith(each.text().replaceAll("\\s+", " ")))
                    .reduce((first, second) -> first);
        }
    }
}
