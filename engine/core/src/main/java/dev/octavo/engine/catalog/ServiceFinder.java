package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells services from libraries. A service is a Spring Boot application, a Java module that has a Dockerfile or
 * manifests of its own, or files in an image of a web server.
 */
final class ServiceFinder {
    private static final int DEFAULT_PORT = 8080;
    private static final int SOURCE_HEAD = 64 << 10;
    /** Not in a comment: first on its line, but for other annotations. */
    private static final Pattern APPLICATION = Pattern.compile(
            "(?m)^[ \\t]*(?:@[\\w.]+(?:\\([^)\\n]*\\))?[ \\t]+)*@(?:[\\w.]+\\.)?Spring(?:Boot|Cloud)Application\\b");

    private static final Pattern LAUNCH = Pattern.compile(
            "(?m)^(?![ \\t]*(?://|\\*|/\\*)).*\\b(?:SpringApplication\\s*\\.\\s*run|new\\s+SpringApplication(?:Builder)?"
                    + "|runApplication)\\s*[(<]");
    private static final Pattern MAIN =
            Pattern.compile("(?m)^[ \\t]*(?:public\\s+static\\s+void|static\\s+void|fun)\\s+main\\s*\\(");
    private static final Pattern LISTEN = Pattern.compile("(?m)^[ \\t]*listen\\s+(?:[^\\s;]*:)?([0-9]{1,5})\\b");
    private static final Pattern HEALTH =
            Pattern.compile("(?m)^[ \\t]*location\\s+(?:=\\s*)?(/[A-Za-z0-9/_-]*health[A-Za-z0-9/_-]*)\\s*\\{");
    private static final List<String> MANIFEST_FOLDERS = List.of("deploy", "k8s", "kubernetes", "manifests");
    private static final Set<String> NO_ENVIRONMENTS = Set.of("base", "chart", "charts", "helm", "templates", "docker");
    private static final Map<String, String> ENVIRONMENTS =
            Map.of("development", "dev", "production", "prod", "dev-ol", "dev", "prod-ol", "prod");

    private final SourceTree tree;
    private final ModuleGraph graph;
    private final Map<String, List<String>> sources = new HashMap<>();

    private ServiceFinder(SourceTree tree, ModuleGraph graph) {
        this.tree = tree;
        this.graph = graph;
    }

    static List<Microservice> find(SourceTree tree, ModuleGraph graph) {
        ServiceFinder finder = new ServiceFinder(tree, graph);
        finder.assignSources();
        List<Microservice> found = new ArrayList<>();
        Set<String> taken = new TreeSet<>();
        for (Module module : graph.modules()) {
            Microservice service = finder.service(module);
            if (service != null) {
                found.add(service);
                taken.add(service.directory());
            }
        }
        found.addAll(finder.staticFolders(taken));
        return withUniqueNames(found);
    }

    /** Names are for people; where two services have the same, their folders tell them apart. */
    private static List<Microservice> withUniqueNames(List<Microservice> services) {
        Map<String, Long> counts =
                services.stream().collect(Collectors.groupingBy(Microservice::name, Collectors.counting()));
        return services.stream()
                .map(service ->
                        counts.getOrDefault(service.name(), 1L) > 1 ? named(service, service.directory()) : service)
                .sorted(Comparator.comparing(Microservice::name))
                .toList();
    }

    private static Microservice named(Microservice s, String name) {
        return new Microservice(
                name,
                s.directory(),
                s.kind(),
                s.buildTool(),
                s.buildDirectory(),
                s.module(),
                s.javaLevel(),
                s.port(),
                s.contextPath(),
                s.healthPath(),
                s.dockerfile(),
                s.manifests(),
                s.modules(),
                s.artifact(),
                s.details());
    }

    /** Each source file belongs to the nearest module above it. */
    private void assignSources() {
        for (String file : tree.all()) {
            if (isSource(file)) {
                String directory = SourceTree.parent(file);
                while (graph.module(directory) == null && !directory.equals(SourceTree.ROOT)) {
                    directory = SourceTree.parent(directory);
                }
                sources.computeIfAbsent(directory, key -> new ArrayList<>()).add(file);
            }
        }
    }

    private static boolean isSource(String file) {
        return (file.endsWith(".java") || file.endsWith(".kt") || file.endsWith(".groovy"))
                && (file.startsWith("src/main/") || file.contains("/src/main/"));
    }

    private @Nullable Microservice service(Module module) {
        if (module.onlyAggregates()) {
            return null;
        }
        String dockerfile = dockerfile(module.directory());
        Dockerfile container = readDockerfile(dockerfile);
        Map<String, String> manifests = manifests(module.directory());
        boolean hasJava = Set.of("jar", "war").contains(module.packaging());
        if (hasJava && isSpringBoot(module)) {
            return spring(module, dockerfile, manifests);
        }
        if (container != null && container.servesFiles()) {
            return staticService(module.name(), module.directory(), module, dockerfile, container, manifests);
        }
        boolean meantToRun = dockerfile != null || !manifests.isEmpty();
        if (hasJava && meantToRun && (!module.aggregates() || sources.containsKey(module.directory()))) {
            int port = container == null || container.port() == 0 ? DEFAULT_PORT : container.port();
            return java(module, ServiceKind.JAVA, port, "", "", dockerfile, manifests, plain(module));
        }
        return null;
    }

    private static ServiceDetails plain(Module module) {
        return new ServiceDetails(
                "", module.packaging(), module.mainClass(), "", true, false, "", null, List.of(), List.of(), List.of());
    }

    private boolean isSpringBoot(Module module) {
        List<String> files = new ArrayList<>(sources.getOrDefault(module.directory(), List.of()));
        // the one that is asked for is mostly called so
        files.sort(Comparator.comparing((String file) -> !file.contains("Application")));
        boolean hasMain = false;
        for (String file : files) {
            String text = tree.head(file, SOURCE_HEAD);
            boolean likely = text.contains("Spring") || text.contains("runApplication");
            if (likely
                    && (APPLICATION.matcher(text).find() || LAUNCH.matcher(text).find())) {
                return true;
            }
            hasMain = hasMain || (module.bootPlugin() && MAIN.matcher(text).find());
        }
        return hasMain;
    }

    private Microservice spring(Module module, @Nullable String dockerfile, Map<String, String> manifests) {
        SpringSettings settings = SpringSettings.read(tree, module.directory());
        int port = settings.number("server.port", DEFAULT_PORT);
        String contextPath = path(settings.get(
                "server.servlet.context-path",
                settings.get("server.context-path", settings.get("spring.webflux.base-path", ""))));
        Actuator actuator = actuator(module, settings, port, contextPath);
        // on a port of its own it says nothing about this one
        String healthPath = actuator == null || actuator.port() != port ? "" : actuator.healthPath();
        ServiceDetails details = new ServiceDetails(
                module.springBoot(),
                module.packaging(),
                module.mainClass(),
                settings.get("spring.application.name", ""),
                true,
                false,
                "",
                actuator,
                List.of(),
                List.of(),
                List.of());
        return java(module, ServiceKind.SPRING_BOOT, port, contextPath, healthPath, dockerfile, manifests, details);
    }

    private @Nullable Actuator actuator(Module module, SpringSettings settings, int port, String contextPath) {
        List<Module> from = graph.builtFrom(module.directory()).stream()
                .map(graph::module)
                .filter(one -> one != null)
                .toList();
        if (from.stream().noneMatch(one -> one.dependsOn("spring-boot-starter-actuator"))) {
            return null;
        }
        boolean guarded = from.stream().anyMatch(one -> one.dependsOn("spring-boot-starter-security"));
        int own = settings.number("management.server.port", settings.number("management.port", port));
        String before = own == port ? contextPath : "";
        if (module.springBoot().startsWith("1.")) {
            String base = before + path(settings.get("management.context-path", ""));
            return new Actuator(own, base, base + "/health", "", "", guarded);
        }
        String base = before + path(settings.get("management.endpoints.web.base-path", "/actuator"));
        String health = base + "/" + settings.get("management.endpoints.web.path-mapping.health", "health");
        boolean groups = ServiceDetails.isAtLeast(module.springBoot(), 2, 3);
        return new Actuator(
                own, base, health, groups ? health + "/liveness" : "", groups ? health + "/readiness" : "", guarded);
    }

    private static String path(String text) {
        String inner = text.strip().replaceAll("^/+|/+$", "");
        return inner.isEmpty() ? "" : "/" + inner;
    }

    private Microservice java(
            Module module,
            ServiceKind kind,
            int port,
            String contextPath,
            String healthPath,
            @Nullable String dockerfile,
            Map<String, String> manifests,
            ServiceDetails details) {
        String buildDirectory = graph.buildDirectory(module.directory());
        return new Microservice(
                module.name(),
                module.directory(),
                kind,
                module.tool(),
                buildDirectory,
                selector(module, buildDirectory),
                module.javaLevel(),
                port,
                contextPath,
                healthPath,
                dockerfile,
                manifests,
                List.copyOf(graph.builtFrom(module.directory())),
                module.artifact(),
                details);
    }

    private static String selector(Module module, String buildDirectory) {
        if (module.directory().equals(buildDirectory)) {
            return "";
        }
        return module.tool() == BuildTool.GRADLE
                ? module.path()
                : SourceTree.relativize(buildDirectory, module.directory());
    }

    /** Folders without a build tool that have a web server's image. */
    private List<Microservice> staticFolders(Set<String> taken) {
        List<Microservice> found = new ArrayList<>();
        for (String file : tree.all()) {
            String directory = SourceTree.parent(file);
            boolean isDockerfile =
                    SourceTree.name(file).toLowerCase(Locale.ROOT).startsWith("dockerfile");
            if (!isDockerfile || graph.module(directory) != null || !taken.add(directory)) {
                continue;
            }
            String dockerfile = dockerfile(directory);
            Dockerfile container = readDockerfile(dockerfile);
            if (container != null && container.servesFiles()) {
                String name = directory.equals(SourceTree.ROOT) ? tree.rootName() : SourceTree.name(directory);
                found.add(staticService(name, directory, null, dockerfile, container, manifests(directory)));
            }
        }
        return found;
    }

    private Microservice staticService(
            String name,
            String directory,
            @Nullable Module module,
            @Nullable String dockerfile,
            Dockerfile container,
            Map<String, String> manifests) {
        String configuration = tree.below(directory).stream()
                .filter(file -> file.endsWith(".conf"))
                .sorted(Comparator.comparing((String file) -> !file.endsWith("nginx.conf")))
                .map(tree::read)
                .filter(text -> text != null)
                .collect(Collectors.joining("\n"));
        int port = firstNumber(LISTEN, configuration);
        if (port == 0) {
            port = container.port() != 0 ? container.port() : container.isUnprivileged() ? DEFAULT_PORT : 80;
        }
        Matcher health = HEALTH.matcher(configuration);
        String buildDirectory = module == null ? directory : graph.buildDirectory(directory);
        return new Microservice(
                name,
                directory,
                ServiceKind.STATIC,
                module == null ? BuildTool.NONE : module.tool(),
                buildDirectory,
                module == null ? "" : selector(module, buildDirectory),
                0,
                port,
                "",
                health.find() ? health.group(1) : "/",
                dockerfile,
                manifests,
                module == null ? List.of(directory) : List.copyOf(graph.builtFrom(directory)),
                "",
                ServiceDetails.UNKNOWN);
    }

    private static int firstNumber(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private @Nullable String dockerfile(String directory) {
        return Dockerfile.candidates(tree, directory).findFirst().orElse(null);
    }

    private @Nullable Dockerfile readDockerfile(@Nullable String file) {
        String text = file == null ? null : tree.read(file);
        return text == null ? null : Dockerfile.parse(text);
    }

    private Map<String, String> manifests(String directory) {
        for (String name : MANIFEST_FOLDERS) {
            String folder = SourceTree.child(directory, name);
            Map<String, String> found = environments(folder);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return Map.of();
    }

    private Map<String, String> environments(String folder) {
        Map<String, String> found = new TreeMap<>();
        NavigableSet<String> below = tree.below(folder);
        for (String file : below) {
            if (!file.endsWith(".yaml") && !file.endsWith(".yml")) {
                continue;
            }
            String inside = file.substring(folder.length() + 1);
            int slash = inside.indexOf('/');
            if (slash < 0) {
                found.put(Microservice.ANY_ENVIRONMENT, folder);
                continue;
            }
            String name = inside.substring(0, slash);
            if (NO_ENVIRONMENTS.contains(name)) {
                continue;
            }
            String environment = ENVIRONMENTS.getOrDefault(name, name);
            // the plain name wins over another spelling of it
            if (name.equals(environment)) {
                found.put(environment, folder + "/" + name);
            } else {
                found.putIfAbsent(environment, folder + "/" + name);
            }
        }
        return found;
    }
}
