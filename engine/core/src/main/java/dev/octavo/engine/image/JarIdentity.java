package dev.octavo.engine.image;

import dev.octavo.engine.image.Software.Kind;
import dev.octavo.engine.image.registry.Digests;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** What a jar is: by Maven's own note in it, else by its manifest, else by its name. */
final class JarIdentity {
    private static final Pattern MAVEN = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.properties");
    private static final Pattern FILE_NAME = Pattern.compile("(.+?)(?:-([0-9][^/]*))?\\.(?:jar|war)");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_~-]*");
    private static final int NESTED_MAX = 2;

    private final List<Software> maven = new ArrayList<>();
    private final List<Software> jars = new ArrayList<>();
    private Attributes manifest = new Attributes();

    private JarIdentity() {}

    /** Reads a jar to its end; what cannot be read as one is told by its name alone. */
    static Software read(String path, InputStream in) throws IOException {
        return read(path, in, 0);
    }

    private static Software read(String path, InputStream in, int depth) throws IOException {
        MessageDigest sha = Digests.sha256();
        DigestInputStream digested = new DigestInputStream(in, sha);
        JarIdentity identity = new JarIdentity();
        try {
            identity.scan(path, digested, depth);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            // damaged, or not a jar in spite of its name: it is in the image all the same
        }
        digested.transferTo(OutputStream.nullOutputStream());
        return identity.name(path, HexFormat.of().formatHex(sha.digest()));
    }

    private void scan(String path, InputStream in, int depth) throws IOException {
        ZipInputStream zip = new ZipInputStream(new Unclosed(in));
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            String name = entry.getName();
            if (name.equals("META-INF/MANIFEST.MF")) {
                manifest = attributes(zip.readAllBytes());
            } else if (MAVEN.matcher(name).matches()) {
                Properties properties = new Properties();
                properties.load(new Unclosed(zip));
                maven.add(Software.of(
                        path + "!/" + name,
                        Kind.MAVEN,
                        properties.getProperty("groupId", "").strip(),
                        properties.getProperty("artifactId", "").strip(),
                        properties.getProperty("version", "").strip()));
            } else if (name.endsWith(".jar") && depth < NESTED_MAX) {
                jars.add(read(path + "!/" + name, new Unclosed(zip), depth + 1));
            }
        }
    }

    private static Attributes attributes(byte[] bytes) {
        try {
            return new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
        } catch (IOException e) {
            return new Attributes(); // not written as the rules want it
        }
    }

    private Software name(String path, String sha256) {
        Matcher file = FILE_NAME.matcher(path.substring(path.lastIndexOf('/') + 1));
        String fileName = file.matches() ? file.group(1) : "";
        String fileVersion = file.matches() && file.group(2) != null ? file.group(2) : "";
        List<Software> inside = new ArrayList<>(maven);
        inside.addAll(jars);
        // a jar that has taken others in has their notes too
        Optional<Software> own = maven.stream()
                .filter(each -> maven.size() == 1 || each.name().equals(fileName))
                .findFirst();
        if (own.isPresent()) {
            inside.remove(own.get());
            return new Software(
                    path,
                    Kind.JAR,
                    own.get().group(),
                    own.get().name(),
                    own.get().version(),
                    sha256,
                    inside);
        }
        String version = firstOf(fileVersion, value("Implementation-Version"), value("Bundle-Version"));
        return new Software(
                path,
                Kind.JAR,
                "",
                firstOf(fileName, value("Bundle-SymbolicName").replaceAll(";.*", ""), value("Automatic-Module-Name")),
                VERSION.matcher(version).matches() ? version : fileVersion,
                sha256,
                inside);
    }

    private String value(String attribute) {
        String value = manifest.getValue(attribute);
        return value == null ? "" : value.strip();
    }

    private static String firstOf(String... values) {
        for (String each : values) {
            if (!each.isEmpty()) {
                return each;
            }
        }
        return "";
    }

    /** Leaves the stream open for what comes behind. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // whoever opened it closes it
        }
    }
}
