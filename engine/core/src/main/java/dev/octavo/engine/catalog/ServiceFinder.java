package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells services from libraries. A service is a Spring Boot application, a Java module that has a Dockerfile or
 * manifests of its own, or files in an image of a web server.
 */
final class ServiceFinder {
    private static final int DEFAULT_PORT = 8080;
    private static final Pattern LISTEN = Pattern.compile("(?m)^[ \\t]*listen\\s+(?:[^\\s;]*:)?([0-9]{1,5})\\b");
    private static final Pattern HEALTH =
            Pattern.compile("(?m)^[ \\t]*location\\s+(?:=\\s*)?(/[A-Za-z0-9/_-]*health[A-Za-z0-9/_-]*)\\s*\\{");
    private static final Pattern WEB = Pattern.compile(
            "(?i)web|gateway|zuul|eureka-server|config-server|jersey|tomcat"
                    + "|undertow|jetty|starter-data-rest|hateoas|graphql|swagger|springdoc|knife4j|admin-starter-server|cxf|turbine|hystrix-dashboard|nacos-|sentinel-dashboard");
    private static final Pattern QUARKUS = Pattern.compile("^io\\.quarkus:");
    /** Their plugins make something that runs, and the main method is theirs. */
    private static final Pattern FRAMEWORK = Pattern.compile("^io\\.(?:quarkus|micronaut|helidon)[:.]");

    private static final Pattern FUNCTION =
            Pattern.compile(":(?:aws-lambda-java-core|aws-serverless-java-container|spring-cloud-function-adapter-)");

    private static final Pattern GUARD = Pattern.compile("spring-boot-starter-security|spring-security-config"
            + "|starter-oauth2|spring-cloud-starter-security|resource-server|shiro-spring");
    private static final List<String> MANIFEST_FOLDERS = List.of("deploy", "k8s", "kubernetes", "manifests");
    private static final Set<String> NO_ENVIRONMENTS = Set.of("base", "chart", "charts", "helm", "templates", "docker");
    private static final Map<String, String> ENVIRONMENTS =
            Map.of("development", "dev", "production", "prod", "dev-ol", "dev", "prod-ol", "prod");

    private final SourceTree tree;
    private final ModuleGraph graph;
    private final Sources sources;
    private final Map<String, List<String>> servedConfiguration;
    private final ComposePorts compose;
    /** Programs of which nothing says that they are services; where there is no other, they are what is delivered. */
    private final List<Microservice> commands = new ArrayList<>();

    /** By the folder of their service. */
    private final Map<String, SpringSettings> settings = new HashMap<>();

    ServiceFinder(SourceTree tree, ModuleGraph graph) {
        this.tree = tree;
        this.graph = graph;
        this.sources = Sources.read(tree, graph);
        this.servedConfiguration = servedConfiguration();
        this.compose = ComposePorts.read(tree);
    }

    /** The files of configuration servers in this tree, by the name of the service that they are for. */
    private Map<String, List<String>> servedConfiguration() {
        Map<String, List<String>> files = new HashMap<>();
        for (Module module : graph.modules()) {
            if (!Libraries.of(List.of(module)).has("spring-cloud-config-server")) {
                continue;
            }
            String folder = SourceTree.child(module.directory(), "src/main/resources");
            for (String file : tree.below(folder)) {
                String name = SourceTree.name(file);
                int end = name.lastIndexOf('.');
                boolean own = SourceTree.parent(file).equals(folder)
                        && (name.startsWith("application") || name.startsWith("bootstrap"));
                if (!own && (file.endsWith(".yml") || file.endsWith(".yaml") || file.endsWith(".properties"))) {
                    files.computeIfAbsent(name.substring(0, end), key -> new ArrayList<>())
                            .add(file);
                }
            }
        }
        return files;
    }

    List<Microservice> find() {
        List<Microservice> found = new ArrayList<>();
        Set<String> taken = new TreeSet<>();
        for (Module module : graph.modules()) {
            Microservice service = service(module);
            if (service != null) {
                found.add(service);
                taken.add(service.directory());
            }
        }
        if (found.isEmpty()) {
            found.addAll(commands);
        }
        List<Microservice> folders = staticFolders(taken);
        List<Microservice> frontEnds = frontEnds(taken);
        // an image around what a front end's build makes is that front end
        found.addAll(
                frontEnds.isEmpty()
                        ? folders
                        : folders.stream()
                                .filter(each -> hasPages(each) || each.buildTool() == BuildTool.NPM)
                                .toList());
        found.addAll(frontEnds);
        return withOthers(withUniqueNames(found));
    }

    /** @param services all that were found */
    Addresses addresses(Microservice service, String environment, List<Microservice> services) {
        SpringSettings own = settings.get(service.directory());
        return own == null
                ? new Addresses(List.of(), List.of())
                : Addresses.find(own, service, environment, new CallFinder(sources, services));
    }

    /** Names are for people; where two services have the same, their folders tell them apart. */
    private static List<Microservice> withUniqueNames(List<Microservice> services) {
        Map<String, Long> counts =
                services.stream().collect(Collectors.groupingBy(Microservice::name, Collectors.counting()));
        return services.stream()
                .map(service -> counts.getOrDefault(service.name(), 1L) > 1
                        ? named(service, service.directory().replace('/', '-'))
                        : service)
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

    private static Microservice detailed(Microservice s, ServiceDetails details) {
        return new Microservice(
                s.name(),
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
                details);
    }

    /** Adds what can be told only when all services are known: who calls whom, and who faces outside. */
    private List<Microservice> withOthers(List<Microservice> services) {
        CallFinder calls = new CallFinder(sources, services);
        Map<Middleware, String> servers = CallFinder.servers(services, graph, sources);
        List<Microservice> done = new ArrayList<>();
        for (Microservice service : services) {
            ServiceDetails details = service.details();
            SpringSettings own = settings.get(service.directory());
            List<Need> needs = details.needs().stream()
                    .filter(need -> !service.name().equals(servers.get(need.kind())))
                    .map(need -> calls.resolve(need, service.name(), servers))
                    .toList();
            boolean guarded = Libraries.of(modules(service.modules())).any(GUARD);
            Set<String> used = needs.stream().map(Need::property).collect(Collectors.toSet());
            boolean isStatic = service.kind() == ServiceKind.STATIC;
            List<Call> called = isStatic
                    ? calls.proxied(service, configurations(service.directory()))
                    : calls.calls(service, own, used, guarded);
            boolean outside = isStatic || isGateway(service) || (services.size() == 1 && details.web());
            done.add(detailed(
                    service,
                    new ServiceDetails(
                            details.springBoot(),
                            details.packaging(),
                            details.mainClass(),
                            details.applicationName(),
                            details.web(),
                            outside,
                            details.portVariable(),
                            details.actuator(),
                            details.profiles(),
                            needs,
                            called)));
        }
        return done;
    }

    private boolean isGateway(Microservice service) {
        Module module = graph.module(service.directory());
        boolean built = module != null
                && module.dependencies().stream()
                        .anyMatch(one -> one.contains(":spring-cloud-starter-gateway")
                                || one.contains(":spring-cloud-gateway-")
                                || one.endsWith("zuul"));
        return built
                || sources.facts(service.directory())
                        .anyMatch(facts -> facts.hosts().contains("EnableZuulProxy"));
    }

    private @Nullable Microservice service(Module module) {
        if (module.onlyAggregates()) {
            return null;
        }
        String dockerfile = dockerfile(module.directory());
        Dockerfile container = readDockerfile(dockerfile);
        Map<String, String> manifests = manifests(module.directory());
        boolean hasJava = Set.of("jar", "war").contains(module.packaging());
        if (dockerfile == null
                && manifests.isEmpty()
                && Libraries.of(List.of(module)).any(FUNCTION)) {
            return null; // a provider's own runtime starts it, from an archive
        }
        if (hasJava && isSpringBoot(module)) {
            return spring(module, container, dockerfile, manifests);
        }
        if (container != null && container.servesFiles()) {
            return staticService(module.name(), module.directory(), module, dockerfile, container, manifests);
        }
        boolean starts = sources.facts(module.directory()).anyMatch(SourceFacts::main);
        boolean meantToRun = dockerfile != null || !manifests.isEmpty();
        boolean canRun =
                module.runnable() && (starts || Libraries.of(List.of(module)).any(FRAMEWORK));
        if (!hasJava || !(meantToRun || canRun) || (module.aggregates() && !sources.hasOwn(module.directory()))) {
            return null;
        }
        Microservice program = plain(module, container, dockerfile, manifests);
        if (meantToRun || program.details().web()) {
            return program;
        }
        // a command for people, mostly
        commands.add(program);
        return null;
    }

    private boolean isSpringBoot(Module module) {
        return sources.facts(module.directory())
                .anyMatch(facts -> facts.springApplication() || (module.bootPlugin() && facts.main()));
    }

    private Microservice spring(
            Module module, @Nullable Dockerfile container, @Nullable String dockerfile, Map<String, String> manifests) {
        List<String> from = List.copyOf(graph.builtFrom(module.directory()));
        SpringSettings own = SpringSettings.read(tree, from, module.properties());
        settings.put(module.directory(), own);
        addServedConfiguration(own);
        int port = own.number("server.port", portOfProfiles(module, own, container));
        String contextPath = path(own.get(
                "server.servlet.context-path",
                own.get("server.context-path", own.get("spring.webflux.base-path", ""))));
        Actuator actuator = actuator(module, own, port, contextPath);
        // on a port of its own it says nothing about this one
        String healthPath = actuator == null || actuator.port() != port ? "" : actuator.healthPath();
        List<Module> modules = modules(from);
        boolean noDatabase = sources.facts(module.directory()).anyMatch(SourceFacts::noDatabase)
                || own.get("spring.autoconfigure.exclude", "").contains("DataSourceAutoConfiguration");
        ServiceDetails details = new ServiceDetails(
                module.springBoot(),
                module.packaging(),
                mainClass(module),
                own.get("spring.application.name", ""),
                isWeb(module, from, own),
                false,
                own.variable("server.port"),
                actuator,
                List.copyOf(own.profiles()),
                NeedFinder.find(own, Libraries.of(modules), module, buildFile(module), noDatabase),
                List.of());
        return java(module, ServiceKind.SPRING_BOOT, port, contextPath, healthPath, dockerfile, manifests, details);
    }

    /** The port that all profiles agree about, where they alone have one; else that of the image, else that of Compose. */
    private int portOfProfiles(Module module, SpringSettings own, @Nullable Dockerfile container) {
        if (own.has("server.port")) {
            return DEFAULT_PORT;
        }
        List<String> ports = own.profiles().stream()
                .flatMap(profile -> Stream.ofNullable(own.ofProfile(profile).get("server.port")))
                .map(setting -> own.fill(setting.value()).strip())
                .distinct()
                .toList();
        if (ports.size() == 1 && ports.get(0).matches("[1-9][0-9]{0,4}")) {
            return Integer.parseInt(ports.get(0));
        }
        int named = container == null || container.port() == 0
                ? compose.of(module, own.get("spring.application.name", ""))
                : container.port();
        return named == 0 ? DEFAULT_PORT : named;
    }

    private String buildFile(Module module) {
        return Stream.of("pom.xml", "build.gradle", "build.gradle.kts")
                .map(name -> SourceTree.child(module.directory(), name))
                .filter(tree::has)
                .findFirst()
                .orElse(module.directory());
    }

    private List<Module> modules(List<String> directories) {
        return directories.stream()
                .map(graph::module)
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private String mainClass(Module module) {
        if (!module.mainClass().isEmpty()) {
            return module.mainClass();
        }
        List<SourceFacts> mains = sources.facts(module.directory())
                .filter(facts -> !facts.mainClass().isEmpty())
                .toList();
        List<SourceFacts> applications =
                mains.stream().filter(SourceFacts::springApplication).toList();
        List<SourceFacts> candidates = applications.isEmpty() ? mains : applications;
        return candidates.size() == 1 ? candidates.get(0).mainClass() : "";
    }

    /** Whether a service listens: nothing says that it does not, or something that it does. */
    private boolean isWeb(Module module, List<String> from, SpringSettings own) {
        if (own.get("spring.main.web-application-type", "").equals("none")) {
            return false;
        }
        boolean listens = own.has("server.port")
                || from.stream()
                        .flatMap(sources::facts)
                        .anyMatch(facts -> facts.answers() || !facts.hosts().isEmpty());
        return listens
                || Libraries.of(modules(from)).any(WEB)
                || module.dependencies().isEmpty();
    }

    /** A server of configuration in this tree has the settings of the others, in files with their names. */
    private void addServedConfiguration(SpringSettings own) {
        String name = own.get("spring.application.name", "");
        if (name.isEmpty() || servedConfiguration.isEmpty()) {
            return;
        }
        for (String file : servedConfiguration.getOrDefault(name, List.of())) {
            own.addDefaults(file, false);
        }
        for (String file : servedConfiguration.getOrDefault("application", List.of())) {
            own.addDefaults(file, true);
        }
    }

    private @Nullable Actuator actuator(Module module, SpringSettings own, int port, String contextPath) {
        List<Module> from = modules(List.copyOf(graph.builtFrom(module.directory())));
        Libraries libraries = Libraries.of(from);
        if (!libraries.has("spring-boot-starter-actuator")) {
            return null;
        }
        boolean guarded = libraries.any(GUARD);
        int managementPort = own.number("management.server.port", own.number("management.port", port));
        String before = managementPort == port ? contextPath : "";
        if (module.springBoot().startsWith("1.")) {
            String base = before + path(own.get("management.context-path", ""));
            boolean off = own.get("endpoints.health.enabled", "").equals("false");
            return new Actuator(managementPort, base, off ? "" : base + "/health", "", "", guarded);
        }
        String base = (managementPort == port ? before : path(own.get("management.server.base-path", "")))
                + path(own.get("management.endpoints.web.base-path", "/actuator"));
        String included = own.get("management.endpoints.web.exposure.include", "health");
        boolean shown =
                (included.contains("*") || Set.of(included.split("\\s*,\\s*")).contains("health"))
                        && !own.get("management.endpoint.health.enabled", "").equals("false")
                        && !Set.of(own.get("management.endpoints.web.exposure.exclude", "")
                                        .split("\\s*,\\s*"))
                                .contains("health");
        if (!shown) {
            return new Actuator(managementPort, base, "", "", "", guarded);
        }
        String health = base + "/" + own.get("management.endpoints.web.path-mapping.health", "health");
        boolean groups = ServiceDetails.isAtLeast(module.springBoot(), 2, 3)
                && !own.get("management.endpoint.health.probes.enabled", "").equals("false");
        return new Actuator(
                managementPort,
                base,
                health,
                groups ? health + "/liveness" : "",
                groups ? health + "/readiness" : "",
                guarded);
    }

    /** A Java program that is no Spring Boot application. */
    private Microservice plain(
            Module module, @Nullable Dockerfile container, @Nullable String dockerfile, Map<String, String> manifests) {
        List<String> from = List.copyOf(graph.builtFrom(module.directory()));
        SpringSettings own = SpringSettings.read(tree, from, module.properties());
        settings.put(module.directory(), own);
        Libraries libraries = Libraries.of(modules(from));
        boolean quarkus = libraries.any(QUARKUS);
        int exposed = container == null ? 0 : container.port();
        int port = own.number("quarkus.http.port", own.number("micronaut.server.port", exposed));
        boolean web = port > 0
                || quarkus
                || module.packaging().equals("war")
                || libraries.any(WEB)
                || from.stream().flatMap(sources::facts).anyMatch(SourceFacts::answers);
        ServiceDetails details = new ServiceDetails(
                "",
                module.packaging(),
                mainClass(module),
                own.get("quarkus.application.name", own.get("micronaut.application.name", "")),
                web,
                false,
                own.variable("quarkus.http.port"),
                null,
                List.copyOf(own.profiles()),
                NeedFinder.find(own, libraries, module, buildFile(module), true),
                List.of());
        String healthPath = quarkus && libraries.has("quarkus-smallrye-health") ? "/q/health" : "";
        return java(
                module,
                ServiceKind.JAVA,
                port == 0 ? DEFAULT_PORT : port,
                "",
                healthPath,
                dockerfile,
                manifests,
                details);
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

    private boolean hasPages(Microservice service) {
        return tree.below(service.directory()).stream().anyMatch(file -> file.endsWith(".html"));
    }

    /** Folders with a browser's program that npm builds, and nobody packs into an image yet. */
    private List<Microservice> frontEnds(Set<String> taken) {
        List<Microservice> found = new ArrayList<>();
        for (String file : tree.named("package.json")) {
            String directory = SourceTree.parent(file);
            Module module = packedInto(directory);
            boolean inside = taken.stream()
                            .anyMatch(other -> SourceTree.contains(other, directory) && !other.equals(SourceTree.ROOT))
                    || graph.module(directory) != null
                    || (module == null && ("/" + directory).contains("/src/main/"))
                    || (module != null && taken.contains(module.directory()));
            String text = inside ? null : tree.read(file);
            if (text != null && FrontEnd.isOne(text) && taken.add(directory)) {
                String folder = directory.equals(SourceTree.ROOT) ? tree.rootName() : SourceTree.name(directory);
                found.add(staticService(
                        module == null ? folder : module.name(),
                        directory,
                        null,
                        dockerfile(directory),
                        new Dockerfile("", 0),
                        manifests(directory)));
            }
        }
        return found;
    }

    /** The module whose sources a folder is among; {@code null} where it is among none. */
    private @Nullable Module packedInto(String directory) {
        int sources = ("/" + directory).indexOf("/src/main/");
        return sources < 0 ? null : graph.module(sources == 0 ? SourceTree.ROOT : directory.substring(0, sources - 1));
    }

    private Microservice staticService(
            String name,
            String directory,
            @Nullable Module module,
            @Nullable String dockerfile,
            Dockerfile container,
            Map<String, String> manifests) {
        String configuration = String.join("\n", configurations(directory).values());
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
                module != null
                        ? module.tool()
                        : tree.has(SourceTree.child(directory, "package.json")) ? BuildTool.NPM : BuildTool.NONE,
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

    /** The texts of a web server's files, the main one first. */
    private Map<String, String> configurations(String directory) {
        Map<String, String> texts = new LinkedHashMap<>();
        tree.below(directory).stream()
                .filter(file -> file.endsWith(".conf") || file.endsWith(".conf.template"))
                .sorted(Comparator.comparing((String file) -> !file.endsWith("nginx.conf")))
                .limit(50)
                .forEach(file -> {
                    String text = tree.read(file);
                    if (text != null) {
                        texts.put(file, text);
                    }
                });
        return texts;
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

    private boolean isExtracted(String file) {
        if (!file.endsWith("/addresses.yaml")) {
            return false;
        }
        String text = tree.read(file);
        return text != null && text.startsWith("# Written by octavo extract");
    }

    private Map<String, String> environments(String folder) {
        Map<String, String> found = new TreeMap<>();
        NavigableSet<String> below = tree.below(folder);
        for (String file : below) {
            if (!file.endsWith(".yaml") && !file.endsWith(".yml")) {
                continue;
            }
            if (isExtracted(file)) {
                continue; // by itself it is nothing to deploy
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
