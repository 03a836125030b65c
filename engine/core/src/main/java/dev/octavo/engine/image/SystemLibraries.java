package dev.octavo.engine.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds what of this Linux a Java runtime needs, so that it also runs where nothing else is. */
final class SystemLibraries {
    /** What the C library loads by name while it runs, as far as this system has it. */
    private static final List<String> LOADED_BY_NAME =
            List.of("libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2", "libgcc_s.so.1");

    /** For screens, sound, smart cards and fonts: nothing that a service in a container has. */
    private static final Set<String> NOT_FOR_SERVICES = Set.of(
            "libawt_xawt.so", "libsplashscreen.so", "libjsound.so", "libj2pcsc.so", "libfontmanager.so", "libjawt.so");

    private final List<Path> folders = new ArrayList<>();

    private SystemLibraries() {}

    /** Where a library of this system goes in the image, by that place. */
    static Map<String, Path> of(Path runtime) throws IOException {
        SystemLibraries system = new SystemLibraries();
        system.folders.addAll(searchPath());
        return system.collect(runtime);
    }

    private Map<String, Path> collect(Path runtime) throws IOException {
        Set<String> own = new HashSet<>();
        Deque<Path> open = new ArrayDeque<>();
        List<Path> files;
        try (java.util.stream.Stream<Path> all = Files.walk(runtime)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            if (name.contains(".so") && !NOT_FOR_SERVICES.contains(name)) {
                own.add(name);
                open.add(file);
            }
        }
        open.add(runtime.resolve("bin").resolve("java"));
        Map<String, Path> found = new TreeMap<>();
        follow(open, own, found);
        for (String name : LOADED_BY_NAME) {
            find(name).ifPresent(library -> {
                found.put(name, library);
                open.add(library);
            });
        }
        follow(open, own, found);
        Path launcher = runtime.resolve("bin").resolve("java");
        return placed(ElfFile.read(launcher).map(ElfFile::interpreter).orElse(null), found);
    }

    private void follow(Deque<Path> open, Set<String> own, Map<String, Path> found) throws IOException {
        while (!open.isEmpty()) {
            Optional<ElfFile> elf = ElfFile.read(open.remove());
            for (String name : elf.map(ElfFile::needed).orElse(List.of())) {
                if (!own.contains(name) && !found.containsKey(name)) {
                    find(name).ifPresent(library -> {
                        found.put(name, library);
                        open.add(library);
                    });
                }
            }
        }
    }

    /** All go beside the C library: there its loader looks without being told. */
    private static Map<String, Path> placed(@Nullable String loader, Map<String, Path> libraries) throws IOException {
        Map<String, Path> places = new TreeMap<>();
        Path c = libraries.get("libc.so.6");
        String folder = c == null ? "/lib" : String.valueOf(c.getParent());
        libraries.forEach((name, path) -> places.put(folder + "/" + name, path.toAbsolutePath()));
        if (loader != null) {
            places.put(loader, Path.of(loader).toRealPath());
            // where the libraries name the loader themselves it must not be there twice in two versions
            String name = String.valueOf(Path.of(loader).getFileName());
            places.computeIfPresent(folder + "/" + name, (place, path) -> Path.of(loader));
        }
        return places;
    }

    private Optional<Path> find(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Set<Path> searchPath() throws IOException {
        Set<Path> result = new LinkedHashSet<>();
        String triplet = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        for (String folder : List.of(
                "/lib/" + triplet,
                "/usr/lib/" + triplet,
                "/lib64",
                "/usr/lib64",
                "/lib",
                "/usr/lib",
                "/usr/local/lib")) {
            result.add(Path.of(folder));
        }
        List<Path> configurations = new ArrayList<>(List.of(Path.of("/etc/ld.so.conf")));
        Path more = Path.of("/etc/ld.so.conf.d");
        if (Files.isDirectory(more)) {
            try (DirectoryStream<Path> each = Files.newDirectoryStream(more, "*.conf")) {
                each.forEach(configurations::add);
            }
        }
        for (Path configuration : configurations.stream().sorted().toList()) {
            if (Files.isReadable(configuration)) {
                Files.readString(configuration, StandardCharsets.ISO_8859_1)
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("/"))
                        .forEach(line -> result.add(Path.of(line)));
            }
        }
        return result;
    }
}
