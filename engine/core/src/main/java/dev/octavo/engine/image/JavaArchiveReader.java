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
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Takes a packaged service apart: what seldom changes into lower layers, what changes with each commit into upper ones.
 */
final class JavaArchiveReader implements AutoCloseable {
    static final String APP = "/app";
    private static final String RESOURCES = APP + "/resources";
    private static final String CLASSES = APP + "/classes";
    private static final String LIBRARIES = APP + "/libs";
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
     * @param classPath as {@code java -cp} wants it
     * @param options what {@code java -jar} would have taken from the manifest
     */
    record Service(String mainClass, String classPath, List<String> options, List<Part> parts) {}

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
        Map<String, List<LayerFile>> libraries = new LinkedHashMap<>();
        List<Index> index = index(attributes, prefix);
        index.forEach(each -> libraries.put(each.name(), new ArrayList<>()));
        List<LayerFile> resourceFiles = new ArrayList<>();
        List<LayerFile> classFiles = new ArrayList<>();
        for (ZipEntry entry : entries()) {
            String name = entry.getName();
            Optional<String> folder =
                    libraryFolders.stream().filter(name::startsWith).findFirst();
            Content content = new Content.InArchive(archive, entry);
            if (folder.isPresent()) {
                String library = simple(name.substring(folder.get().length()));
                String layer = index.stream()
                        .filter(each -> each.has(name))
                        .map(Index::name)
                        .findFirst()
                        .orElse(library.contains("-SNAPSHOT") ? "snapshot-dependencies" : "dependencies");
                libraries
                        .computeIfAbsent(layer, key -> new ArrayList<>())
                        .add(LayerFile.readable(LIBRARIES + "/" + library, content));
            } else if (name.startsWith(classes)) {
                add(name.substring(classes.length()), content, classFiles, resourceFiles);
            } else if (prefix.equals("WEB-INF/")
                    && !name.startsWith("org/springframework/boot/loader/")
                    && !name.startsWith("META-INF/")
                    && !name.startsWith(prefix)) {
                // pages and other files of a war are served from its root, which becomes the class path's
                add("META-INF/resources/" + name, content, resourceFiles, resourceFiles);
            }
        }
        List<Part> parts = new ArrayList<>();
        libraries.forEach((name, files) ->
                parts.add(new Part(name.equals("application") ? "application dependencies" : name, files, true)));
        parts.sort((a, b) -> Integer.compare(rank(a.name(), index), rank(b.name(), index)));
        parts.add(new Part("resources", resourceFiles, false));
        parts.add(new Part("classes", classFiles, false));
        return new Service(
                mainClass, RESOURCES + ":" + CLASSES + ":" + LIBRARIES + "/*", options(attributes), nonEmpty(parts));
    }

    private static int rank(String name, List<Index> index) {
        for (int i = 0; i < index.size(); i++) {
            if (index.get(i).name().equals(name)) {
                return i;
            }
        }
        return name.equals("dependencies") ? -2 : name.equals("snapshot-dependencies") ? -1 : index.size();
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
        List<String> order = new ArrayList<>();
        for (String word : words(attributes.getValue(Attributes.Name.CLASS_PATH))) {
            Path library = LayerStore.folderOf(file).resolve(word).normalize();
            if (!word.endsWith(".jar") || !Files.isRegularFile(library)) {
                throw output(
                        file,
                        "its manifest's Class-Path names " + word + ", and there is no such jar at " + library,
                        "copy the libraries beside the jar, or package them into it");
            }
            String place = LIBRARIES + "/" + library.getFileName();
            order.add(place);
            LayerFile entry = LayerFile.readable(place, new Content.OnDisk(library));
            (place.contains("-SNAPSHOT") ? snapshots : dependencies).add(entry);
        }
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("dependencies", dependencies, true));
        parts.add(new Part("snapshot-dependencies", snapshots, true));
        List<String> classPath = new ArrayList<>();
        if (Boolean.parseBoolean(attributes.getValue("Multi-Release"))) {
            // only a jar can hold classes for several releases
            String place = APP + "/" + file.getFileName();
            parts.add(new Part("classes", List.of(LayerFile.readable(place, new Content.OnDisk(file))), true));
            classPath.add(place);
        } else {
            List<LayerFile> resourceFiles = new ArrayList<>();
            List<LayerFile> classFiles = new ArrayList<>();
            for (ZipEntry entry : entries()) {
                add(entry.getName(), new Content.InArchive(archive, entry), classFiles, resourceFiles);
            }
            parts.add(new Part("resources", resourceFiles, false));
            parts.add(new Part("classes", classFiles, false));
            classPath.add(RESOURCES);
            classPath.add(CLASSES);
        }
        classPath.addAll(order);
        return new Service(mainClass, String.join(":", classPath), options(attributes), nonEmpty(parts));
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

    private static void add(String name, Content content, List<LayerFile> classFiles, List<LayerFile> resourceFiles) {
        boolean isClass = name.endsWith(".class");
        String folder = isClass ? CLASSES : RESOURCES;
        (isClass ? classFiles : resourceFiles).add(LayerFile.readable(folder + "/" + name, content));
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

    private static String simple(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static List<Part> nonEmpty(List<Part> parts) {
        return parts.stream().filter(part -> !part.files().isEmpty()).toList();
    }

    private static EngineException output(Path file, String why, String fix) {
        return new EngineException(
                ErrorCode.BUILD_OUTPUT, "No image can be made from the service's archive", file.toString(), why, fix);
    }
}
