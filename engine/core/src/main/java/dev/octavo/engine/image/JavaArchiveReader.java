package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Takes a packaged service apart: what seldom changes into lower layers, what changes with each commit into upper ones. What
 * Spring Boot has packaged lies where it lay in the archive, and its own launcher starts it; any other archive stays whole. So
 * the files are those that the Dockerfile of {@code octavo generate} makes.
 */
final class JavaArchiveReader implements AutoCloseable {
    static final String APP = "/app";
    private static final String LOADER = "org/springframework/boot/loader/";
    private static final String LOADER_LAYER = "spring-boot-loader";
    private static final int LAYERS = 3;
    private static final String WHOLE = APP + "/application";
    private static final Pattern LAYER_NAME = Pattern.compile("-\\s+\"(.+)\":\\s*");
    private static final Pattern LAYER_PATH = Pattern.compile("\\s+-\\s+\"(.+)\"\\s*");

    private final Path file;
    private final ZipFile archive;

    private JavaArchiveReader(Path file, ZipFile archive) {
        this.file = file;
        this.archive = archive;
    }

    /**
     * What is in a layer.
     *
     * @param packed whether it is compressed already
     */
    record Part(String name, List<LayerFile> files, boolean packed) {}

    /**
     * A service taken apart.
     *
     * @param words what {@code java} is called with, after its options and before the service's own arguments
     */
    record Service(List<String> words, List<Part> parts) {}

    /** @throws EngineException {@link ErrorCode#BUILD_OUTPUT} where it is no archive */
    static JavaArchiveReader open(Path file) {
        try {
            return new JavaArchiveReader(file, new ZipFile(file.toFile()));
        } catch (NoSuchFileException e) {
            throw output(
                    file, "there is no such file", "build the service first, or name the jar that its build makes");
        } catch (IOException e) {
            throw output(
                    file,
                    "it cannot be read as a jar: " + e.getMessage(),
                    "build the service again: the file may be cut off");
        }
    }

    @Override
    public void close() {
        try {
            archive.close();
        } catch (IOException e) {
            throw LayerStore.disk(file, e);
        }
    }

    /** @throws EngineException {@link ErrorCode#BUILD_OUTPUT} where nothing in it can be started */
    Service read() {
        try {
            Attributes attributes = manifest();
            String start = attributes.getValue("Start-Class");
            if (start != null && archive.getEntry("BOOT-INF/classes/") != null) {
                return packaged(start, "BOOT-INF/", attributes, List.of("BOOT-INF/lib/"));
            }
            if (archive.getEntry("WEB-INF/classes/") != null || archive.getEntry("WEB-INF/web.xml") != null) {
                if (start == null) {
                    throw output(
                            file,
                            "it is a war for a servlet container, and nothing in it can be started by itself",
                            "package the service as an executable jar or war, as Spring Boot's repackage goal does");
                }
                return packaged(start, "WEB-INF/", attributes, List.of("WEB-INF/lib/", "WEB-INF/lib-provided/"));
            }
            return plain(attributes);
        } catch (IOException e) {
            throw output(file, "it cannot be read as a jar: " + e.getMessage(), "build the service again");
        }
    }

    private Attributes manifest() throws IOException {
        ZipEntry entry = archive.getEntry("META-INF/MANIFEST.MF");
        if (entry == null) {
            return new Attributes();
        }
        try (InputStream in = archive.getInputStream(entry)) {
            return new Manifest(in).getMainAttributes();
        }
    }

    /** A jar or war that holds its libraries as they are. */
    private Service packaged(String mainClass, String prefix, Attributes attributes, List<String> libraryFolders)
            throws IOException {
        String classes = prefix + "classes/";
        Map<String, List<LayerFile>> lower = new LinkedHashMap<>();
        List<Index> index = index(attributes, prefix);
        index.forEach(each -> lower.put(each.name(), new ArrayList<>()));
        List<LayerFile> resourceFiles = new ArrayList<>();
        List<LayerFile> classFiles = new ArrayList<>();
        for (ZipEntry entry : entries()) {
            String name = entry.getName();
            LayerFile file = LayerFile.readable(APP + "/" + name, new Content.InArchive(archive, entry));
            if (libraryFolders.stream().anyMatch(name::startsWith)) {
                String layer = index.stream()
                        .filter(each -> each.has(name))
                        .map(Index::name)
                        .findFirst()
                        .orElse(name.contains("-SNAPSHOT") ? "snapshot-dependencies" : "dependencies");
                lower.computeIfAbsent(layer, key -> new ArrayList<>()).add(file);
            } else if (name.startsWith(LOADER)) {
                lower.computeIfAbsent(LOADER_LAYER, key -> new ArrayList<>()).add(file);
            } else if (name.startsWith(classes) && !name.endsWith(".class")) {
                resourceFiles.add(file);
            } else if (name.startsWith(classes) || name.startsWith("META-INF/") || name.startsWith(prefix)) {
                classFiles.add(file); // manifests and lists are small, and may change with each build
            } else {
                resourceFiles.add(file); // pages and other files of a war are served from its root
            }
        }
        List<Part> parts = new ArrayList<>();
        lower.forEach((name, files) -> parts.add(new Part(
                name.equals("application") ? "application dependencies" : name, files, !name.equals(LOADER_LAYER))));
        parts.sort((a, b) -> Integer.compare(rank(a.name(), index), rank(b.name(), index)));
        parts.add(new Part("resources", resourceFiles, false));
        parts.add(new Part("classes", classFiles, false));
        List<String> words = new ArrayList<>(options(attributes));
        String launcher = attributes.getValue(Attributes.Name.MAIN_CLASS);
        if (launcher != null
                && launcher.startsWith(LOADER.replace('/', '.'))
                && archive.getEntry(launcher.replace('.', '/') + ".class") != null) {
            words.addAll(List.of("-cp", APP, launcher));
        } else {
            StringBuilder path = new StringBuilder(APP + "/" + classes.substring(0, classes.length() - 1));
            libraryFolders.forEach(
                    each -> path.append(':' + APP + "/").append(each).append('*'));
            words.addAll(List.of("-cp", path + ":" + APP, mainClass));
        }
        return new Service(words, nonEmpty(parts));
    }

    private static int rank(String name, List<Index> index) {
        for (int i = 0; i < index.size(); i++) {
            if (index.get(i).name().equals(name)) {
                return i;
            }
        }
        int known =
                List.of("dependencies", LOADER_LAYER, "snapshot-dependencies").indexOf(name);
        return known < 0 ? index.size() : known - LAYERS;
    }

    /** One layer of Spring Boot's own list. */
    private record Index(String name, List<String> paths) {
        boolean has(String entry) {
            return paths.stream().anyMatch(path -> path.endsWith("/") ? entry.startsWith(path) : entry.equals(path));
        }
    }

    private List<Index> index(Attributes attributes, String prefix) throws IOException {
        String place = attributes.getValue("Spring-Boot-Layers-Index");
        ZipEntry entry = archive.getEntry(place == null ? prefix + "layers.idx" : place);
        if (entry == null) {
            return List.of();
        }
        List<Index> layers = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        try (InputStream in = archive.getInputStream(entry)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                Matcher name = LAYER_NAME.matcher(line);
                Matcher path = LAYER_PATH.matcher(line);
                if (name.matches()) {
                    paths = new ArrayList<>();
                    layers.add(new Index(name.group(1), paths));
                } else if (path.matches()) {
                    paths.add(path.group(1));
                }
            }
        }
        return layers;
    }

    /** A jar whose libraries, if any, lie beside it. */
    private Service plain(Attributes attributes) throws IOException {
        String mainClass = attributes.getValue(Attributes.Name.MAIN_CLASS);
        if (mainClass == null) {
            throw output(
                    file,
                    "its manifest has neither Start-Class nor Main-Class, so nothing in it can be started",
                    "package an executable jar: Spring Boot's repackage goal, or Main-Class in the jar plugin's manifest");
        }
        List<LayerFile> dependencies = new ArrayList<>();
        List<LayerFile> snapshots = new ArrayList<>();
        for (String word : words(attributes.getValue(Attributes.Name.CLASS_PATH))) {
            Path library = LayerStore.folderOf(file).resolve(word).normalize();
            if (!word.endsWith(".jar") || !Files.isRegularFile(library)) {
                throw output(
                        file,
                        "its manifest's Class-Path names " + word + ", and there is no such jar at " + library,
                        "copy the libraries beside the jar, or package them into it");
            }
            String place = Path.of(APP).resolve(word).normalize().toString().replace('\\', '/');
            LayerFile entry = LayerFile.readable(place, new Content.OnDisk(library));
            (place.contains("-SNAPSHOT") ? snapshots : dependencies).add(entry);
        }
        String name = file.getFileName().toString();
        String place = WHOLE + name.substring(name.lastIndexOf('.'));
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("dependencies", dependencies, true));
        parts.add(new Part("snapshot-dependencies", snapshots, true));
        // as it is: its signature, its manifest and its classes for later releases count in a jar alone
        parts.add(new Part("classes", List.of(LayerFile.readable(place, new Content.OnDisk(file))), true));
        return new Service(List.of("-jar", place), nonEmpty(parts));
    }

    private static List<String> options(Attributes attributes) {
        List<String> options = new ArrayList<>();
        words(attributes.getValue("Add-Exports"))
                .forEach(each -> options.add("--add-exports=" + each + "=ALL-UNNAMED"));
        words(attributes.getValue("Add-Opens")).forEach(each -> options.add("--add-opens=" + each + "=ALL-UNNAMED"));
        return options;
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    private List<ZipEntry> entries() {
        List<ZipEntry> entries = new ArrayList<>();
        archive.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> {
            if (List.of(entry.getName().split("/")).contains("..")
                    || entry.getName().startsWith("/")) {
                throw output(
                        file,
                        "it holds \"" + entry.getName() + "\", which points out of the archive",
                        "build the service again");
            }
            entries.add(entry);
        });
        return entries;
    }

    private static List<Part> nonEmpty(List<Part> parts) {
        return parts.stream().filter(part -> !part.files().isEmpty()).toList();
    }

    private static EngineException output(Path file, String why, String fix) {
        return new EngineException(
                ErrorCode.BUILD_OUTPUT, "No image can be made from the service's archive", file.toString(), why, fix);
    }
}
