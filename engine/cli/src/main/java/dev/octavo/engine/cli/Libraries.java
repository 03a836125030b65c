package dev.octavo.engine.cli;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.LibraryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Shared libraries: those named by {@code --library}, and Octavo's own, which is in this jar. */
final class Libraries implements LibraryResolver {
    private static final String OWN = "octavo";
    private static final String RESOURCE = "library/octavo/";

    private final Map<String, Path> folders = new LinkedHashMap<>();
    private final Path unpacked;

    /**
     * @param given {@code NAME=FOLDER}
     * @param unpacked where the jar's own library may be unpacked to
     */
    Libraries(List<String> given, Path unpacked) {
        this.unpacked = unpacked;
        for (String each : given) {
            int equals = each.indexOf('=');
            Path folder = Path.of(each.substring(equals + 1)).toAbsolutePath();
            if (equals <= 0 || !Files.isDirectory(folder)) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "The library \"" + each + "\" cannot be used",
                        "--library",
                        equals <= 0 ? "it is not NAME=FOLDER" : "there is no folder " + folder,
                        "name a folder that holds vars and src");
            }
            folders.put(each.substring(0, equals), folder);
        }
    }

    @Override
    public Optional<Path> resolve(String name, String version) {
        Path folder = folders.get(name);
        if (folder == null && name.equals(OWN)) {
            folder = unpack();
            folders.put(OWN, folder);
        }
        return Optional.ofNullable(folder);
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>(folders.keySet());
        if (!names.contains(OWN)) {
            names.add(OWN);
        }
        return names;
    }

    private Path unpack() {
        try {
            Path source = Path.of(new URI(Libraries.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toString()));
            if (Files.isDirectory(source)) {
                return source.resolve(RESOURCE);
            }
            try (JarFile jar = new JarFile(source.toFile())) {
                for (JarEntry entry : jar.stream().toList()) {
                    if (entry.getName().startsWith(RESOURCE) && !entry.isDirectory()) {
                        Path target = unpacked.resolve(entry.getName().substring(RESOURCE.length()))
                                .normalize();
                        Files.createDirectories(java.util.Objects.requireNonNull(target.getParent()));
                        try (InputStream content = jar.getInputStream(entry)) {
                            Files.copy(content, target);
                        }
                    }
                }
            }
            return unpacked;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
