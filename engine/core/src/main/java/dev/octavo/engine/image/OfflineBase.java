package dev.octavo.engine.image;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.program.Program;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A base image made on this machine for when there is no network: the running JDK, cut down to what services need, and
 * the few system libraries under it. It runs as user 10001 and needs no writable root.
 *
 * <p>Made once for each JDK (some seconds) and then kept in the cache.
 */
public final class OfflineBase {
    /** Where Java is in the image. */
    public static final String JAVA_HOME = "/opt/java";

    /** The user and group that images run as unless they say otherwise. */
    public static final String USER = "10001:10001";

    /** Changes whenever the same JDK would give another base. */
    private static final String FORMAT = "2";

    private static final String PATH = JAVA_HOME + "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** What Spring Boot services and the usual libraries ask for; java.desktop holds java.beans. */
    private static final Set<String> MODULES = Set.of(
            "java.base",
            "java.compiler",
            "java.datatransfer",
            "java.desktop",
            "java.instrument",
            "java.logging",
            "java.management",
            "java.management.rmi",
            "java.naming",
            "java.net.http",
            "java.prefs",
            "java.rmi",
            "java.scripting",
            "java.security.jgss",
            "java.security.sasl",
            "java.sql",
            "java.sql.rowset",
            "java.transaction.xa",
            "java.xml",
            "java.xml.crypto",
            "jdk.charsets",
            "jdk.crypto.ec",
            "jdk.httpserver",
            "jdk.jcmd",
            "jdk.jfr",
            "jdk.localedata",
            "jdk.management",
            "jdk.management.agent",
            "jdk.management.jfr",
            "jdk.naming.dns",
            "jdk.net",
            "jdk.security.auth",
            "jdk.unsupported",
            "jdk.xml.dom",
            "jdk.zipfs");

    private static final String LOCALES = "en,zh,ja,ko,de,fr,es,pt,it,ru";

    /** What of a JDK is of no use to a service, where the whole of it must be copied. */
    private static final Set<String> LEFT_OUT =
            Set.of("jmods", "include", "man", "demo", "sample", "docs", "legal", "src.zip", "ct.sym");

    private static final int OWN_USER = 10001;
    private static final int STICKY = 01777;
    private static final long LOCK_POLL_MILLIS = 100;

    private final LayerStore store;
    private final EngineContext context;

    private OfflineBase(EngineContext context) {
        this.store = new LayerStore(context);
        this.context = context;
    }

    /**
     * Makes it where the cache hasn't got it, so that a later build needn't wait. May run beside a build, which then
     * waits for it.
     *
     * @throws EngineException {@link ErrorCode#BUILD_BASE} where this machine's Java can't be made into one,
     *     {@link ErrorCode#BUILD_DISK}, {@link ErrorCode#CANCELLED}
     */
    public static void prepare(EngineContext context) {
        java(context);
    }

    /** The base with a Java runtime alone. */
    static BaseImage java(EngineContext context) {
        OfflineBase base = new OfflineBase(context);
        try {
            return base.kept();
        } catch (IOException e) {
            throw LayerStore.disk(base.store.folder("offline"), e);
        }
    }

    /** The base with a stand-in for what isn't Java. */
    static BaseImage with(OfflineBaseContributor contributor, String repository, EngineContext context) {
        BaseImage java = java(context);
        LayerStore store = new LayerStore(context);
        try {
            Path root = store.temporaryFolder();
            try {
                contributor.writeFiles(repository, root);
                List<StoredLayer> layers = new ArrayList<>(java.layers());
                layers.add(store.layer("base", files(root, "", Set.of()), false));
                ObjectNode config = java.config().deepCopy();
                ObjectNode container = config.withObject("/config");
                ArrayNode entrypoint = container.putArray("Entrypoint");
                contributor.entrypoint().forEach(entrypoint::add);
                ObjectNode ports = container.putObject("ExposedPorts");
                contributor.exposedPorts(repository).forEach(ports::putObject);
                return new BaseImage(
                        BuiltImage.OFFLINE_BASE, "", config, List.copyOf(layers), contributor.replacedPrograms());
            } finally {
                LayerStore.delete(root);
            }
        } catch (IOException e) {
            throw LayerStore.disk(store.folder("offline"), e);
        }
    }

    private BaseImage kept() throws IOException {
        Path record = store.folder("offline").resolve(key() + ".json");
        Optional<BaseImage> known = read(record);
        if (known.isPresent()) {
            return known.get();
        }
        Files.createDirectories(LayerStore.folderOf(record));
        Path lockFile = record.resolveSibling(key() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                try (FileLock lock = channel.tryLock()) {
                    if (lock != null) {
                        Optional<BaseImage> meanwhile = read(record);
                        return meanwhile.isPresent() ? meanwhile.get() : make(record);
                    }
                } catch (OverlappingFileLockException e) {
                    // another thread of this process makes it
                }
                await();
            }
        }
    }

    private void await() {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Cancellation.Registration registration = context.cancellation().onCancel(cancelled::countDown)) {
            cancelled.await(LOCK_POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    ErrorCode.CANCELLED, "The work was stopped", "", "its thread was interrupted", "run it again", e);
        }
        context.cancellation().check();
    }

    private static Path home() {
        return Path.of(System.getProperty("java.home"));
    }

    private static String key() throws IOException {
        Path home = home().toRealPath();
        StringBuilder text = new StringBuilder(FORMAT)
                .append('\n')
                .append(home)
                .append('\n')
                .append(System.getProperty("os.name"))
                .append('\n')
                .append(System.getProperty("os.arch"))
                .append('\n')
                .append(Runtime.version());
        for (Path file : List.of(home.resolve("lib/modules"), home.resolve("release"), Path.of("/etc/os-release"))) {
            if (Files.isRegularFile(file)) {
                text.append('\n').append(Files.size(file)).append(' ').append(Files.getLastModifiedTime(file));
            }
        }
        return Digests.hex(Digests.of(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<BaseImage> read(Path record) throws IOException {
        try {
            JsonNode node = JsonMapper.shared().readTree(Files.readAllBytes(record));
            List<StoredLayer> layers = new ArrayList<>();
            for (JsonNode each : node.path("layers")) {
                String digest = each.path("digest").asString("");
                long size = each.path("size").asLong(-1);
                Path file = store.blob(digest);
                if (!Files.isRegularFile(file) || Files.size(file) != size) {
                    return Optional.empty();
                }
                layers.add(new StoredLayer(
                        "base",
                        MediaTypes.OCI_LAYER_GZIP,
                        digest,
                        each.path("diffId").asString(""),
                        size,
                        file));
            }
            return node.path("config") instanceof ObjectNode config && !layers.isEmpty()
                    ? Optional.of(new BaseImage(BuiltImage.OFFLINE_BASE, "", config, List.copyOf(layers), Set.of()))
                    : Optional.empty();
        } catch (NoSuchFileException | JacksonException e) {
            return Optional.empty();
        }
    }

    private BaseImage make(Path record) throws IOException {
        context.listener().progress("Making an offline base image of this machine's Java (once)");
        store.deleteLeftOvers();
        Path temporary = store.temporaryFolder();
        try {
            Path runtime = temporary.resolve("java");
            if (!link(runtime, temporary)) {
                context.cancellation().check();
                LayerStore.delete(runtime);
                copyRuntime(home().toRealPath(), runtime);
            }
            dumpSharedClasses(runtime, temporary);
            List<StoredLayer> layers = new ArrayList<>();
            layers.add(system(runtime));
            layers.add(folders());
            layers.add(store.layer("base", files(runtime, JAVA_HOME, Set.of("legal")), true));
            BaseImage image = new BaseImage(BuiltImage.OFFLINE_BASE, "", config(layers), List.copyOf(layers), Set.of());
            keep(record, image);
            return image;
        } finally {
            LayerStore.delete(temporary);
        }
    }

    private void keep(Path record, BaseImage image) throws IOException {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.set("config", image.config());
        ArrayNode layers = node.putArray("layers");
        for (StoredLayer layer : image.layers()) {
            layers.addObject()
                    .put("digest", layer.digest())
                    .put("diffId", layer.diffId())
                    .put("size", layer.size());
        }
        store.put(record, JsonMapper.shared().writeValueAsBytes(node));
    }

    /** Cuts the JDK down. @return false where it hasn't what that takes */
    private boolean link(Path runtime, Path directory) {
        Path program = home().resolve("bin").resolve("jlink");
        if (!Files.isExecutable(program)) {
            return false;
        }
        Set<String> available = ModuleFinder.ofSystem().findAll().stream()
                .map(module -> module.descriptor().name())
                .collect(Collectors.toSet());
        List<String> modules =
                MODULES.stream().filter(available::contains).sorted().toList();
        List<String> command = new ArrayList<>(List.of(
                program.toString(), "--add-modules", String.join(",", modules), "--output", runtime.toString()));
        command.addAll(List.of("--no-header-files", "--no-man-pages"));
        if (modules.contains("jdk.localedata")) {
            command.add("--include-locales=" + LOCALES);
        }
        Deque<String> last = new ArrayDeque<>();
        int code = new Program(command, directory, Map.of("LC_ALL", "C"))
                .run(
                        line -> {
                            if (last.size() == 3) {
                                last.remove();
                            }
                            last.add(line);
                        },
                        context.cancellation());
        if (code != 0) {
            context.listener()
                    .warning("jlink cannot cut this JDK down, so all of it goes into the offline base: "
                            + String.join(" ", last));
        }
        return code == 0;
    }

    private static void copyRuntime(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from, java.nio.file.FileVisitOption.FOLLOW_LINKS)) {
            for (Path each : all.sorted().toList()) {
                Path relative = from.relativize(each);
                boolean wanted = true;
                for (Path part : relative) {
                    wanted &= !LEFT_OUT.contains(part.toString());
                }
                if (wanted && Files.isDirectory(each)) {
                    Files.createDirectories(to.resolve(relative));
                } else if (wanted && Files.isRegularFile(each)) {
                    Files.copy(each, to.resolve(relative), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** Lets every service start faster; a runtime without it works as well. */
    private void dumpSharedClasses(Path runtime, Path directory) throws IOException {
        Path archive = runtime.resolve("lib").resolve("server").resolve("classes.jsa");
        if (!Files.exists(archive)) {
            int code = new Program(
                            List.of(runtime.resolve("bin").resolve("java").toString(), "-Xshare:dump"),
                            directory,
                            Map.of("LC_ALL", "C"))
                    .run(line -> {}, context.cancellation());
            if (code != 0) {
                Files.deleteIfExists(archive);
            }
        }
    }

    /** The system's libraries and the few files that programs expect in {@code /etc}. */
    private StoredLayer system(Path runtime) throws IOException {
        List<LayerFile> files = new ArrayList<>();
        if (System.getProperty("os.name", "").startsWith("Linux")) {
            Map<String, Path> libraries = SystemLibraries.of(runtime);
            libraries.forEach((place, file) -> files.add(LayerFile.executable(place, new Content.OnDisk(file))));
            for (String locale : List.of("C.utf8", "C.UTF-8")) {
                Path folder = Path.of("/usr/lib/locale").resolve(locale);
                if (Files.isDirectory(folder)) {
                    files.addAll(files(folder, folder.toString(), Set.of()));
                }
            }
        }
        files.add(text("/etc/passwd", """
                root:x:0:0:root:/root:/sbin/nologin
                octavo:x:10001:10001:octavo:/home/octavo:/sbin/nologin
                """));
        files.add(text("/etc/group", """
                root:x:0:
                octavo:x:10001:
                """));
        files.add(text("/etc/nsswitch.conf", """
                passwd: files
                group: files
                hosts: files dns
                """));
        files.add(text("/etc/os-release", """
                ID=octavo-offline-base
                NAME="Octavo offline base"
                """));
        return store.layer("base", files, false);
    }

    private static LayerFile text(String path, String text) {
        return LayerFile.readable(path, new Content.Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Folders that may be written; Jib's layers have no sticky bit, so this one is made by hand. */
    private StoredLayer folders() throws IOException {
        String key = Digests.hex(Digests.of(("folders " + FORMAT).getBytes(StandardCharsets.UTF_8)));
        return store.write("base", key, false, out -> {
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                folder(tar, "home/", 0755, 0);
                folder(tar, "home/octavo/", 0755, OWN_USER);
                folder(tar, "tmp/", STICKY, 0);
                folder(tar, "var/", 0755, 0);
                folder(tar, "var/tmp/", STICKY, 0);
            }
        });
    }

    private static void folder(TarArchiveOutputStream tar, String name, int mode, int owner) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setIds(owner, owner);
        entry.setNames("", "");
        entry.setModTime(1000L);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    /** All files below a folder, whatever links they are reached by. */
    static List<LayerFile> files(Path root, String place, Set<String> withoutLinks) throws IOException {
        List<LayerFile> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root, java.nio.file.FileVisitOption.FOLLOW_LINKS)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                Path relative = root.relativize(each);
                // the same licence many times over
                if (!withoutLinks.contains(relative.getName(0).toString()) || !Files.isSymbolicLink(each)) {
                    files.add(LayerFile.of(
                            place + "/" + relative.toString().replace('\\', '/'),
                            Files.isExecutable(each),
                            new Content.OnDisk(each)));
                }
            }
        }
        return files;
    }

    private static ObjectNode config(List<StoredLayer> layers) {
        ObjectNode config = JsonMapper.shared().createObjectNode();
        config.put("architecture", architecture());
        config.put("os", System.getProperty("os.name", "").startsWith("Mac") ? "darwin" : "linux");
        ObjectNode container = config.putObject("config");
        container.put("User", USER);
        container
                .putArray("Env")
                .add("PATH=" + PATH)
                .add("JAVA_HOME=" + JAVA_HOME)
                .add("LANG=C.UTF-8");
        container.put("WorkingDir", "/");
        ArrayNode ids = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        layers.forEach(layer -> ids.add(layer.diffId()));
        config.putArray("history");
        return config;
    }

    /** This machine's, by the name that images use. */
    static String architecture() {
        String name = System.getProperty("os.arch", "amd64").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }
}
