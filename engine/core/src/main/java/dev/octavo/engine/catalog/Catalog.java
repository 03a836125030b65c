package dev.octavo.engine.catalog;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The microservices of a source tree. */
public final class Catalog {
    /** Chooses every service. */
    public static final String ALL = "all";

    /** Chooses the services that a change concerns. */
    public static final String CHANGED = "changed";

    private final Path root;
    private final List<Microservice> services;
    private final List<CatalogProblem> problems;
    private final ModuleGraph graph;
    private final ServiceFinder finder;

    private Catalog(
            Path root,
            List<Microservice> services,
            List<CatalogProblem> problems,
            ModuleGraph graph,
            ServiceFinder finder) {
        this.root = root;
        this.services = List.copyOf(services);
        this.problems = List.copyOf(problems);
        this.graph = graph;
        this.finder = finder;
    }

    /**
     * Reads a folder and all below it, without what builds have made and without test data.
     *
     * <p>A file that cannot be read is a {@linkplain #problems() problem} and stops nothing.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where there is no such folder
     */
    public static Catalog scan(Path root) {
        SourceTree tree = SourceTree.walk(root);
        List<Module> modules = new ArrayList<>(MavenModules.read(tree));
        Set<String> taken = modules.stream().map(Module::directory).collect(Collectors.toSet());
        modules.addAll(GradleModules.read(tree, taken));
        ModuleGraph graph = new ModuleGraph(modules);
        ServiceFinder finder = new ServiceFinder(tree, graph);
        List<Microservice> services = finder.find();
        return new Catalog(root, services, tree.problems(), graph, finder);
    }

    /** The same with services that the sources do not hold; one of the same name is not taken. */
    public Catalog with(List<Microservice> more) {
        Set<String> names = services.stream().map(Microservice::name).collect(Collectors.toSet());
        List<Microservice> all = new ArrayList<>(services);
        more.stream().filter(each -> !names.contains(each.name())).forEach(all::add);
        all.sort(Comparator.comparing(Microservice::name));
        return new Catalog(root, all, problems, graph, finder);
    }

    /** All services, by name. */
    public List<Microservice> services() {
        return services;
    }

    /**
     * The addresses and passwords in a microservice's configuration.
     *
     * @param environment the values of the profile of this name count before the others; {@code ""} for none
     */
    public Addresses addresses(Microservice service, String environment) {
        return finder.addresses(service, environment, services);
    }

    /** What could not be read. */
    public List<CatalogProblem> problems() {
        return problems;
    }

    /**
     * The service of a name; its folder is accepted too.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_UNKNOWN_SERVICE}
     */
    public Microservice find(String name) {
        return Stream.<Function<Microservice, String>>of(Microservice::name, Microservice::directory)
                .flatMap(key ->
                        services.stream().filter(service -> key.apply(service).equals(name)))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private EngineException unknown(String name) {
        List<String> names = services.stream().map(Microservice::name).toList();
        List<String> why = new ArrayList<>();
        why.add(
                names.isEmpty()
                        ? "no microservice was found there"
                        : "the microservices there are " + String.join(", ", names));
        problems.forEach(problem -> why.add(problem.toString()));
        return new EngineException(
                ErrorCode.CONFIG_UNKNOWN_SERVICE,
                "There is no microservice \"" + name + "\"",
                root.toString(),
                String.join("\n", why),
                names.isEmpty()
                        ? "a microservice is a Spring Boot application, or has a Dockerfile or a deploy folder"
                        : NearestName.hint(name, names, "microservices"));
    }

    /** The same for services that were all delivered from the same commit. */
    public ServiceSelection select(String wanted, Changes changes) {
        return select(wanted, service -> changes);
    }

    /**
     * Chooses services.
     *
     * @param wanted {@link #ALL}, {@link #CHANGED}, or names with commas between them
     * @param changes what changed since a service was last delivered; asked for {@link #CHANGED} only
     * @throws EngineException {@link ErrorCode#CONFIG_UNKNOWN_SERVICE}, also where the tree has no service at all;
     *     {@link ErrorCode#CONFIG_INVALID} where {@code wanted} names nothing
     */
    public ServiceSelection select(String wanted, Function<Microservice, Changes> changes) {
        List<String> names = Arrays.stream(wanted.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (names.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "No microservice is named",
                    "PROJECT_NAME",
                    "its value is \"" + wanted + "\"",
                    "give a microservice, several with commas between them, \"changed\" or \"all\"");
        }
        if (names.contains(ALL) || names.contains(CHANGED)) {
            if (services.isEmpty()) {
                throw unknown(wanted.strip());
            }
            return names.contains(ALL) ? all() : changed(changes);
        }
        List<ServiceSelection.Choice> chosen = names.stream()
                .map(this::find)
                .distinct()
                .map(service -> new ServiceSelection.Choice(service, "asked for by name"))
                .toList();
        return new ServiceSelection(
                chosen,
                "asked for: "
                        + chosen.stream().map(choice -> choice.service().name()).collect(Collectors.joining(", ")));
    }

    private ServiceSelection all() {
        return new ServiceSelection(
                services.stream()
                        .map(service -> new ServiceSelection.Choice(service, "all were asked for"))
                        .toList(),
                "all " + services.size() + " microservices");
    }

    private ServiceSelection changed(Function<Microservice, Changes> changes) {
        ChangeImpact impact = new ChangeImpact(graph, services);
        Map<Microservice, String> reasons = new LinkedHashMap<>();
        for (Microservice service : services) {
            impact.reason(service, changes.apply(service)).ifPresent(reason -> reasons.put(service, reason));
        }
        List<ServiceSelection.Choice> chosen = reasons.entrySet().stream()
                .map(entry -> new ServiceSelection.Choice(entry.getKey(), entry.getValue()))
                .toList();
        String summary = chosen.isEmpty()
                ? "no microservice is concerned by what changed"
                : chosen.size() + " of " + services.size() + " microservices changed";
        return new ServiceSelection(chosen, summary);
    }
}
