package dev.octavo.engine.image;

import dev.octavo.engine.image.Software.Kind;
import dev.octavo.engine.image.registry.Digests;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The software in one layer, read from the layer itself. Each layer is read once; what was found stays in the cache.
 *
 * @param removed paths of lower layers that this one takes away
 * @param emptied folders of lower layers of which nothing is left
 */
record LayerSoftware(int format, List<Software> found, Set<String> removed, Set<String> emptied) {
    /** Changes whenever the same layer would give something else. */
    private static final int FORMAT = 1;

    private static final int TEXT_MAX = 64 << 20;
    private static final int BUFFER = 256 * 1024;
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final Pattern NATIVE = Pattern.compile(".*/lib[^/]*\\.so(\\.[0-9.]+)?");
    private static final Pattern DPKG = Pattern.compile("/var/lib/dpkg/(?:status|status\\.d/[^/]+)");
    private static final Pattern APK = Pattern.compile("(?:/usr)?/lib/apk/db/installed");
    private static final Pattern RPM =
            Pattern.compile("/(?:var/lib/rpm|usr/lib/sysimage/rpm)/(?:Packages|Packages\\.db|rpmdb\\.sqlite)");
    private static final Pattern SYSTEM = Pattern.compile("/(?:etc|usr/lib)/os-release");
    private static final Pattern IDENTITY = Pattern.compile(".*/META-INF/maven/[^/]+/[^/]+/pom\\.properties");

    LayerSoftware {
        found = List.copyOf(found);
        removed = Set.copyOf(removed);
        emptied = Set.copyOf(emptied);
    }

    /** What the layer holds. */
    static LayerSoftware of(StoredLayer layer, LayerStore store) throws IOException {
        Path kept = store.folder("software").resolve(Digests.hex(layer.digest()) + ".json");
        try {
            LayerSoftware known = JsonMapper.shared().readValue(Files.readAllBytes(kept), LayerSoftware.class);
            if (known.format() == FORMAT) {
                return known;
            }
        } catch (NoSuchFileException | JacksonException e) {
            // not read yet, or by another Octavo
        }
        LayerSoftware read = read(layer);
        store.put(kept, JsonMapper.shared().writeValueAsBytes(read));
        return read;
    }

    private static LayerSoftware read(StoredLayer layer) throws IOException {
        Scan scan = new Scan();
        if (layer.mediaType().endsWith("zstd")) {
            scan.found.add(Software.of("/", Kind.UNREAD, "", "a layer compressed by zstd", ""));
            return scan.result();
        }
        try (InputStream file = new BufferedInputStream(Files.newInputStream(layer.file()), BUFFER);
                InputStream plain = isGzip(file) ? new GZIPInputStream(file, BUFFER) : file;
                TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                scan.take("/" + entry.getName().replaceAll("^(?:\\./|/)+|/+$", ""), entry.isFile(), tar);
            }
        }
        return scan.result();
    }

    private static boolean isGzip(InputStream file) throws IOException {
        file.mark(2);
        int first = file.read();
        int second = file.read();
        file.reset();
        return first == 0x1f && second == 0x8b;
    }

    /** One pass over a layer. */
    private static final class Scan {
        private final List<Software> found = new ArrayList<>();
        private final Set<String> removed = new TreeSet<>();
        private final Set<String> emptied = new TreeSet<>();
        private boolean classes;

        LayerSoftware result() {
            return new LayerSoftware(FORMAT, found, removed, emptied);
        }

        void take(String path, boolean file, InputStream in) throws IOException {
            int slash = path.lastIndexOf('/');
            String name = path.substring(slash + 1);
            if (name.equals(OPAQUE)) {
                emptied.add(path.substring(0, slash));
            } else if (name.startsWith(WHITEOUT)) {
                removed.add(path.substring(0, slash + 1) + name.substring(WHITEOUT.length()));
            } else if (file) {
                read(path, name, in);
            }
        }

        private void read(String path, String name, InputStream in) throws IOException {
            if (name.endsWith(".jar") || name.endsWith(".war")) {
                found.add(JarIdentity.read(path, in));
            } else if (DPKG.matcher(path).matches() && !name.endsWith(".md5sums")) {
                packages(path, Kind.DEB, in, "Package: ", "Version: ", "Architecture: ");
            } else if (APK.matcher(path).matches()) {
                packages(path, Kind.APK, in, "P:", "V:", "A:");
            } else if (RPM.matcher(path).matches()) {
                found.add(Software.of(path, Kind.UNREAD, "", "packages of RPM", ""));
            } else if (SYSTEM.matcher(path).matches()) {
                Properties release = properties(in);
                found.add(Software.of(path, Kind.SYSTEM, "", value(release, "ID"), value(release, "VERSION_ID")));
            } else if (name.equals("release")) {
                Properties release = properties(in);
                if (!value(release, "JAVA_VERSION").isEmpty()) {
                    String version = value(release, "JAVA_RUNTIME_VERSION");
                    found.add(Software.of(
                            path,
                            Kind.JAVA,
                            value(release, "IMPLEMENTOR"),
                            "openjdk",
                            version.isEmpty() ? value(release, "JAVA_VERSION") : version));
                }
            } else if (IDENTITY.matcher(path).matches()) {
                Properties maven = properties(in);
                found.add(Software.of(
                        path,
                        Kind.MAVEN,
                        value(maven, "groupId"),
                        value(maven, "artifactId"),
                        value(maven, "version")));
            } else if (NATIVE.matcher(path).matches()) {
                found.add(new Software(path, Kind.NATIVE, "", name, "", Digests.hex(Digests.of(in)), List.of()));
            } else if (name.endsWith(".class") && !classes) {
                classes = true;
                found.add(Software.of(path, Kind.CLASSES, "", "classes", ""));
            }
        }

        /** A list of packages, each some lines that begin with a field's name, with an empty line behind. */
        private void packages(String path, Kind kind, InputStream in, String name, String version, String architecture)
                throws IOException {
            List<Software> packages = new ArrayList<>();
            for (String paragraph : text(in).split("\n\\s*\n")) {
                Map<String, String> fields = new LinkedHashMap<>();
                paragraph.lines().forEach(line -> {
                    for (String field : List.of(name, version, architecture, "Status: ")) {
                        if (line.startsWith(field)) {
                            fields.putIfAbsent(
                                    field, line.substring(field.length()).strip());
                        }
                    }
                });
                // a package that was removed may have left its configuration
                boolean installed = fields.getOrDefault("Status: ", "installed").endsWith("installed")
                        && !fields.getOrDefault("Status: ", "").endsWith("not-installed");
                if (fields.containsKey(name) && installed) {
                    packages.add(Software.of(
                            path,
                            kind,
                            fields.getOrDefault(architecture, ""),
                            fields.getOrDefault(name, ""),
                            fields.getOrDefault(version, "")));
                }
            }
            found.add(new Software(path, Kind.PACKAGES, "", kind.name(), "", "", packages));
        }

        private static Properties properties(InputStream in) throws IOException {
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(text(in)));
            } catch (IllegalArgumentException e) {
                properties.clear(); // another kind of file that happens to have the name
            }
            return properties;
        }

        private static String value(Properties properties, String name) {
            return properties.getProperty(name, "").strip().replaceAll("^\"|\"$", "");
        }

        private static String text(InputStream in) throws IOException {
            return new String(in.readNBytes(TEXT_MAX), StandardCharsets.UTF_8);
        }
    }
}
