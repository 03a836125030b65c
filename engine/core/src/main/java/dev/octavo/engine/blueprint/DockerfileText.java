package dev.octavo.engine.blueprint;

import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A service's Dockerfile, with the {@code .dockerignore} that keeps its context small. */
final class DockerfileText {
    /** The releases of Java that get corrections for years, as eclipse-temurin has them. */
    private static final int[] RELEASES = {8, 11, 17, 21, 25};

    private static final List<String> LAYERS =
            List.of("dependencies", "spring-boot-loader", "snapshot-dependencies", "application");
    /** Of a jar that Spring Boot has packaged without a list of layers. */
    private static final List<String> UNPACKED = List.of("BOOT-INF/lib", "org", "META-INF", "BOOT-INF/classes");

    /** Where {@code octavo image} puts them too. */
    private static final String FOLDER = "/app";

    private static final List<String> PAGE_FOLDERS = List.of("html", "dist", "public", "static", "www");

    private DockerfileText() {}

    /**
     * Texts by file name; none where nothing could be written.
     *
     * @param top the folder that people build from, from {@code root}: that of {@code delivery.yaml}
     */
    static Map<String, String> of(Microservice service, Map<String, Object> settings, Path root, String top) {
        Map<String, String> files = new LinkedHashMap<>();
        if (service.kind() == ServiceKind.STATIC) {
            pages(service, settings, root.resolve(service.directory()), files);
        } else if (!service.artifact().isEmpty()) {
            files.put("Dockerfile", java(service, settings, top));
            files.put(".dockerignore", ignore(service));
        }
        return files;
    }

    /** The Java release of the image for a level that sources are compiled for; 0 where the build does not say. */
    static int release(int level, boolean needs17) {
        int wanted = level == 0 ? (needs17 ? 17 : 8) : level;
        for (int release : RELEASES) {
            if (release >= wanted) {
                return release;
            }
        }
        return wanted;
    }

    private static String java(Microservice service, Map<String, Object> settings, String top) {
        boolean spring = service.kind() == ServiceKind.SPRING_BOOT;
        boolean unknown = service.details().springBoot().isEmpty();
        int release = release(service.javaLevel(), spring ? service.details().isSpringBoot(3, 0) || unknown : true);
        String base =
                settings.containsKey("base") ? Trees.text(settings.get("base")) : "eclipse-temurin:" + release + "-jre";
        boolean war = service.artifact().endsWith(".war");
        String program = war ? "application.war" : "application.jar";
        boolean tools = service.details().isSpringBoot(3, 3);
        boolean layered = spring
                && (war
                        ? service.details().isSpringBoot(2, 5)
                        : service.details().isSpringBoot(2, 4));
        String jdk = base.replaceFirst("-jre(?=$|-)", "-jdk");
        boolean unpacked = spring && !unknown && !layered && !jdk.equals(base);

        List<String> lines = new ArrayList<>();
        lines.add("# Build it first: " + build(service, top));
        if (layered) {
            lines.add("FROM " + base + " AS layers");
            lines.add("USER 0");
            lines.add("WORKDIR /layers");
            lines.add("COPY " + service.artifact() + " " + program);
            List<String> extract = new ArrayList<>(
                    List.of("java", "-Djarmode=" + (tools ? "tools" : "layertools"), "-jar", program, "extract"));
            extract.addAll(tools ? List.of("--layers", "--launcher") : List.of());
            extract.addAll(List.of("--destination", "extracted"));
            lines.add("RUN " + json(extract));
        } else if (unpacked) {
            lines.add("FROM " + jdk + " AS layers");
            lines.add("USER 0");
            lines.add("COPY " + service.artifact() + " /archive/" + program);
            lines.add("WORKDIR /layers");
            lines.add("RUN " + json(List.of("jar", "-xf", "/archive/" + program)));
        }
        if (layered || unpacked) {
            lines.add("");
            lines.add("# What changes least comes first, so that a new build is a small upload.");
        }
        lines.add("FROM " + base);
        lines.add("WORKDIR " + FOLDER);
        if (layered) {
            LAYERS.forEach(layer -> lines.add("COPY --from=layers /layers/extracted/" + layer + "/ ./"));
        } else if (unpacked && war) {
            lines.add("COPY --from=layers /layers/ ./");
        } else if (unpacked) {
            UNPACKED.forEach(each -> lines.add("COPY --from=layers /layers/" + each + "/ " + each + "/"));
        } else {
            lines.add("COPY " + service.artifact() + " " + program);
        }
        Object user = settings.get("user");
        if (user != null && !(user instanceof Boolean) && !user.toString().contains("$")) {
            lines.add("USER " + user + ":" + user);
        }
        if (service.details().web()) {
            port(settings, service).ifPresent(port -> lines.add("EXPOSE " + port));
        }
        List<String> words = new ArrayList<>();
        words.add("java");
        words.addAll(Facts.jvm(settings));
        if (layered || unpacked) {
            String launcher = (service.details().isSpringBoot(3, 2) ? "launch." : "") + (war ? "War" : "Jar");
            words.addAll(List.of("-cp", FOLDER, "org.springframework.boot.loader." + launcher + "Launcher"));
        } else {
            words.addAll(List.of("-jar", FOLDER + "/" + program));
        }
        lines.add("ENTRYPOINT " + json(words));
        return String.join("\n", lines) + "\n";
    }

    private static java.util.Optional<Object> port(Map<String, Object> settings, Microservice service) {
        List<ServiceSpec.Port> ports = new ServiceSpec(service.name(), "", "", settings, Extracted.NOTHING).ports();
        return ports.stream()
                .map(ServiceSpec.Port::container)
                .filter(port -> port instanceof Number)
                .findFirst();
    }

    private static String build(Microservice service, String top) {
        String where = Path.of(top)
                .normalize()
                .relativize(Path.of(service.buildDirectory()).normalize())
                .toString()
                .replace('\\', '/');
        if (service.buildTool() == BuildTool.GRADLE) {
            String project = service.module().isEmpty() ? ":" : service.module() + ":";
            return "gradle " + (where.isEmpty() ? "" : "-p " + where + " ") + (project.equals(":") ? "" : project)
                    + "assemble";
        }
        return "mvn " + (where.isEmpty() ? "" : "-f " + where + " ")
                + (service.module().isEmpty() ? "" : "-pl " + service.module() + " -am ") + "package";
    }

    private static String ignore(Microservice service) {
        String artifact = service.artifact();
        List<String> lines = new ArrayList<>(List.of("*", "!" + artifact));
        if (artifact.contains("*")) {
            String folder = artifact.substring(0, artifact.lastIndexOf('/') + 1);
            List.of("plain", "sources", "javadoc", "tests").forEach(each -> lines.add(folder + "*-" + each + ".jar"));
        }
        return String.join("\n", lines) + "\n";
    }

    private static void pages(
            Microservice service, Map<String, Object> settings, Path folder, Map<String, String> files) {
        boolean built = Files.exists(folder.resolve("package.json"));
        List<String> pages = built
                ? List.of(builtFolder(folder.resolve("package.json")))
                : PAGE_FOLDERS.stream()
                        .filter(each -> Files.isDirectory(folder.resolve(each)))
                        .limit(1)
                        .toList();
        if (pages.isEmpty()) {
            return; // nothing here knows what it serves
        }
        List<String> lines = new ArrayList<>();
        if (built) {
            lines.add("# Build it first: npm ci && npm run build");
        }
        lines.add("FROM " + Trees.text(settings.get("base")));
        List<String> kept = new ArrayList<>(List.of("*"));
        if (Files.exists(folder.resolve("nginx.conf"))) {
            lines.add("COPY nginx.conf /etc/nginx/nginx.conf");
            kept.add("!nginx.conf");
        }
        for (String each : pages) {
            lines.add("COPY " + each + "/ /usr/share/nginx/html/");
            kept.add("!" + each);
        }
        lines.add("EXPOSE " + port(settings, service).orElse(service.port()));
        files.put("Dockerfile", String.join("\n", lines) + "\n");
        files.put(".dockerignore", String.join("\n", kept) + "\n");
    }

    /** Where the usual tools put what a browser gets. */
    private static String builtFolder(Path packageJson) {
        try {
            return Files.readString(packageJson).contains("\"react-scripts\"") ? "build" : "dist";
        } catch (IOException e) {
            return "dist";
        }
    }

    private static String json(List<String> words) {
        return words.stream()
                .map(word -> "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
