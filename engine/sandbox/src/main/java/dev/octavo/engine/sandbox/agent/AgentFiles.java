package dev.octavo.engine.sandbox.agent;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Writes the agent's jars, from this program's own classes. */
public final class AgentFiles {
    private static final String PACKAGE = "dev/octavo/engine/sandbox/agent/";
    private static final String STAND_IN = "dev.octavo.engine.sandbox.web.NginxStandIn";

    private AgentFiles() {}

    /**
     * The jars.
     *
     * @param agent the one that {@code -javaagent} names; the others lie beside it
     * @param standIn the stand-in for nginx
     */
    public record Jars(Path agent, Path standIn) {}

    /**
     * Writes them.
     *
     * @param folder gets the jars
     * @throws IOException where the folder cannot be written
     */
    public static Jars write(Path folder) throws IOException {
        Path agent = folder.resolve("octavo-pod-agent.jar");
        Files.createDirectories(folder);
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", PodAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (String name : new String[] {"PodAgent", "PodAgent$1"}) {
            entries.put(PACKAGE + name + ".class", read(name));
        }
        // under another name and ending: no class loader finds them but the agent, which gives them to the JDK's
        for (String name : new String[] {"", "$State"}) {
            entries.put(
                    "octavo/OctavoPodSockets" + name + ".bytes",
                    rename(read("PodSockets" + name), PACKAGE + "PodSockets", Weaver.SOCKETS));
        }
        jar(agent, manifest, entries, false);
        Map<String, byte[]> weaver = new LinkedHashMap<>();
        for (String name : new String[] {"Weaver", "Weaver$1", "Weaver$SocketCall", "Weaver$Lookup"}) {
            weaver.put(PACKAGE + name + ".class", read(name));
        }
        jar(folder.resolve("pod-weaver.jar"), new Manifest(), weaver, true);
        return new Jars(agent, writeStandIn(folder.resolve("octavo-nginx-stand-in.jar")));
    }

    /**
     * Writes the stand-in for nginx as a jar that needs nothing but Java 17.
     *
     * @return the file
     * @throws IOException where it cannot be written
     */
    public static Path writeStandIn(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Main-Class", STAND_IN);
        Path next = Files.createTempFile(file.toAbsolutePath().getParent(), "stand-in", ".jar");
        try (OutputStream out = Files.newOutputStream(next);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.setLevel(java.util.zip.Deflater.NO_COMPRESSION);
            addPackage(
                    jar,
                    AgentFiles.class,
                    STAND_IN.substring(0, STAND_IN.lastIndexOf('.')).replace('.', '/'));
        }
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return file;
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = AgentFiles.class.getResourceAsStream(name + ".class")) {
            if (in == null) {
                throw new IOException("the class " + name + " is missing from Octavo's own jar");
            }
            return in.readAllBytes();
        }
    }

    /** A class with another name: every text in its constants that holds the old one holds the new one. */
    static byte[] rename(byte[] bytes, String from, String to) throws IOException {
        ByteArrayOutputStream result = new ByteArrayOutputStream(bytes.length);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
                DataOutputStream out = new DataOutputStream(result)) {
            out.writeLong(in.readLong()); // magic number and version
            int count = in.readUnsignedShort();
            out.writeShort(count);
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                out.writeByte(tag);
                switch (tag) {
                    case 1 -> out.writeUTF(in.readUTF().replace(from, to));
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> out.writeInt(in.readInt());
                    case 5, 6 -> {
                        out.writeLong(in.readLong());
                        i++; // it counts as two
                    }
                    case 7, 8, 16, 19, 20 -> out.writeShort(in.readUnsignedShort());
                    case 15 -> {
                        out.writeByte(in.readUnsignedByte());
                        out.writeShort(in.readUnsignedShort());
                    }
                    default -> throw new IOException("a constant of the unknown kind " + tag);
                }
            }
            in.transferTo(out);
        }
        return result.toByteArray();
    }

    private static void jar(Path file, Manifest manifest, Map<String, byte[]> entries, boolean withAsm)
            throws IOException {
        manifest.getMainAttributes().putIfAbsent(Attributes.Name.MANIFEST_VERSION, "1.0");
        Path next = Files.createTempFile(file.getParent(), "agent", ".jar");
        try (OutputStream out = Files.newOutputStream(next);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.setLevel(java.util.zip.Deflater.NO_COMPRESSION);
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                add(jar, each.getKey(), each.getValue());
            }
            if (withAsm) {
                addPackage(jar, org.objectweb.asm.ClassReader.class, "org/objectweb/asm");
            }
        }
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void add(JarOutputStream jar, String name, byte[] bytes) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(bytes);
        jar.closeEntry();
    }

    /** All classes of a package, from wherever they lie: a jar of their own, or one that they were packed into. */
    private static void addPackage(JarOutputStream jar, Class<?> origin, String folder) throws IOException {
        URI place;
        try {
            place = origin.getProtectionDomain().getCodeSource().getLocation().toURI();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        Path path = Path.of(place);
        if (Files.isDirectory(path)) {
            addAll(jar, path, folder);
            return;
        }
        try (FileSystem zip = FileSystems.newFileSystem(path, Map.of())) {
            addAll(jar, zip.getPath("/"), folder);
        }
    }

    private static void addAll(JarOutputStream jar, Path root, String folder) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                if (!file.endsWith("package-info.class")) {
                    add(jar, folder + "/" + file.getFileName(), Files.readAllBytes(file));
                }
            }
        }
    }
}
