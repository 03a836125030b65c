package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A program that builds images by Dockerfiles, RUN included. */
public enum ImageProgram {
    BUILDAH("apt-get install buildah, or dnf install buildah; it needs no daemon"),
    DOCKER("install Docker, and let this user talk to its daemon");

    private final String installed;

    ImageProgram(String installed) {
        this.installed = installed;
    }

    /** As it is called. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The first of them that there is. */
    static Found find(List<ImageProgram> programs, Path dockerfile, Map<String, String> environment) {
        for (ImageProgram each : programs) {
            Optional<Path> file = each.file(environment);
            if (file.isPresent()) {
                return new Found(each, file.get());
            }
        }
        List<String> names = programs.stream().map(ImageProgram::title).toList();
        List<String> ways = new ArrayList<>();
        programs.forEach(each -> ways.add(each.installed));
        throw new EngineException(
                ErrorCode.BUILD_TOOL,
                (names.size() == 1 ? names.get(0) + " cannot" : "Neither " + String.join(" nor ", names) + " can")
                        + " be found, and the image is to be built by its Dockerfile",
                dockerfile.toString(),
                "no program of " + (names.size() == 1 ? "that name" : "these names") + " is on the PATH",
                String.join("; or ", ways) + "; or leave builder out, where the Dockerfile only copies");
    }

    private Optional<Path> file(Map<String, String> environment) {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        String name = title() + (windows ? ".exe" : "");
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, name).toAbsolutePath();
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** One that is installed. */
    record Found(ImageProgram program, Path file) {}
}
