package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.api.ResultException;
import dev.octavo.engine.blueprint.Blueprint;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.blueprint.GeneratedFile;
import dev.octavo.engine.blueprint.GeneratedFile.State;
import dev.octavo.engine.blueprint.GeneratedFiles;
import dev.octavo.engine.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes Dockerfiles and manifests; no build is run. */
final class GenerateOperation implements Operation<GenerateRequest, GenerateResult> {
    private static final String HEADER =
            "# Written by octavo generate from delivery.yaml; what you change here is kept when it runs again.\n";
    private static final int SHOWN = 8;

    @Override
    public GenerateResult run(GenerateRequest request, EngineContext context) {
        GenerateResult made = generate(request, context);
        if (!request.preflight()) {
            return made;
        }
        PreflightResult found = PreflightOperation.look(
                new PreflightRequest(request.directory(), Map.of(), false, false, "", ""), context);
        GenerateResult result = made.with(found);
        Optional<ResultException> failure = PreflightOperation.failure(false, found, result);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return result;
    }

    private static GenerateResult generate(GenerateRequest request, EngineContext context) {
        Path sources = context.workspace();
        Path target = request.target().isEmpty()
                ? sources
                : sources.resolve(request.target()).normalize();
        Catalog catalog = Catalog.scan(sources);
        catalog.problems().forEach(problem -> context.listener().warning(problem.toString()));
        boolean dry = request.check() || request.diff();
        List<GeneratedFile> files = new ArrayList<>();
        List<GeneratedFiles> folders = new ArrayList<>();
        Map<String, String> begun = new LinkedHashMap<>();
        DeliveryFile delivery = delivery(request, catalog, sources, begun);
        begun.forEach(
                (path, text) -> files.add(new GeneratedFile(path, State.CREATED, null, text, "yours from now on")));

        Optional<GeneratedFile> schema = schema(delivery, sources, target);
        schema.ifPresent(files::add);

        Blueprint blueprint = Blueprint.of(sources, catalog, delivery);
        for (Blueprint.Service service : chosen(request, blueprint)) {
            context.cancellation().check();
            Map<String, String> wanted = new TreeMap<>();
            List<String> environments = new ArrayList<>(delivery.environments());
            List<GeneratedFile> foreign =
                    request.overwrite() || !request.target().isEmpty()
                            ? List.of()
                            : byHand(service, environments, target);
            files.addAll(foreign);
            blueprint.files(service, environments).forEach((path, text) -> wanted.put(path, HEADER + text));
            if (!target.equals(sources)) {
                extracted(sources, service, environments).forEach(wanted::put);
            }
            GeneratedFiles folder = GeneratedFiles.compare(target, service.directory(), wanted, request.overwrite());
            folders.add(folder);
            files.addAll(folder.files());
        }
        String diff = request.diff()
                ? files.stream()
                        .filter(GeneratedFile::isStale)
                        .map(GeneratedFiles::diff)
                        .collect(Collectors.joining())
                : "";
        if (!dry) {
            begun.forEach((path, text) -> GeneratedFiles.writeNew(target.resolve(path), text));
            schema.filter(GeneratedFile::isStale).ifPresent(file -> GeneratedFiles.replace(target, file));
            folders.forEach(GeneratedFiles::write);
        }
        GenerateResult result = new GenerateResult(
                !dry, files.stream().map(GenerateResult.Made::of).toList(), diff, null);
        List<GeneratedFile> conflicts =
                files.stream().filter(file -> file.state() == State.CONFLICT).toList();
        if (!conflicts.isEmpty() && !request.diff()) {
            throw conflict(conflicts, dry, "octavo generate", result);
        }
        List<GeneratedFile> stale =
                files.stream().filter(GeneratedFile::isStale).toList();
        if (request.check() && !(stale.isEmpty() && folders.stream().noneMatch(GeneratedFiles::isBaseStale))) {
            throw stale(stale, result);
        }
        return result;
    }

    /** The description there, or the smallest one that would do. */
    private static DeliveryFile delivery(
            GenerateRequest request, Catalog catalog, Path sources, Map<String, String> begun) {
        String directory = Path.of(request.directory()).normalize().toString().replace('\\', '/');
        String path = directory.isEmpty() ? DeliveryFile.NAME : directory + "/" + DeliveryFile.NAME;
        if (Files.exists(sources.resolve(path))) {
            return DeliveryFile.read(sources, path);
        }
        if (directory.isEmpty()) {
            List<DeliveryFile> below = catalog.services().stream()
                    .flatMap(service -> DeliveryFile.nearest(sources, service.directory()).stream())
                    .toList();
            List<String> places =
                    below.stream().map(DeliveryFile::file).distinct().toList();
            if (places.size() == 1) {
                return below.get(0);
            }
            if (places.size() > 1) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "There are several descriptions, and none at the top",
                        sources.toString(),
                        "they are " + String.join(", ", places),
                        "say which by --directory");
            }
        }
        Blueprint.begin(catalog, directory, sources)
                .forEach((name, text) -> begun.put(directory.isEmpty() ? name : directory + "/" + name, text));
        String text = begun.get(path);
        begun.keySet().removeIf(each -> Files.exists(sources.resolve(each)));
        return DeliveryFile.parse(sources, path, text == null ? "" : text);
    }

    /** The copy of the schema beside delivery.yaml, where there is one. */
    private static Optional<GeneratedFile> schema(DeliveryFile delivery, Path sources, Path target) {
        String path = (delivery.directory().isEmpty() ? "" : delivery.directory() + "/") + DeliveryFile.SCHEMA;
        if (!target.equals(sources) || !Files.exists(sources.resolve(path))) {
            return Optional.empty();
        }
        try {
            String there = Files.readString(sources.resolve(path)).replace("\r\n", "\n");
            State state = there.equals(DeliveryFile.schema()) ? State.SAME : State.UPDATED;
            return Optional.of(new GeneratedFile(path, state, there, DeliveryFile.schema(), ""));
        } catch (IOException e) {
            return Optional.empty(); // an editor's help is no reason to stop
        }
    }

    private static List<Blueprint.Service> chosen(GenerateRequest request, Blueprint blueprint) {
        List<String> names =
                blueprint.services().stream().map(Blueprint.Service::name).toList();
        if (names.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_UNKNOWN_SERVICE,
                    "There is nothing to generate for",
                    request.directory(),
                    "no microservice was found, and delivery.yaml describes none",
                    "a microservice is a Spring Boot application, or has a Dockerfile or a deploy folder");
        }
        for (String name : request.services()) {
            if (!names.contains(name)) {
                throw new EngineException(
                        ErrorCode.CONFIG_UNKNOWN_SERVICE,
                        "There is no microservice \"" + name + "\"",
                        request.directory(),
                        "the microservices there are " + String.join(", ", names),
                        NearestName.hint(name, names, "microservices"));
            }
        }
        return blueprint.services().stream()
                .filter(service ->
                        request.services().isEmpty() || request.services().contains(service.name()))
                .toList();
    }

    /** Takes out the environments whose manifests a person wrote: two descriptions of one object are worse than one. */
    private static List<GeneratedFile> byHand(Blueprint.Service service, List<String> environments, Path target) {
        List<String> known = GeneratedFiles.known(target, service.directory());
        List<GeneratedFile> foreign = new ArrayList<>();
        service.found()
                .ifPresent(found -> environments.removeIf(environment -> {
                    String own = (service.directory().equals(".") ? "" : service.directory() + "/") + "deploy/"
                            + environment;
                    boolean generated = known.stream().anyMatch(path -> path.startsWith("deploy/" + environment + "/"));
                    String folder = found.manifests(environment).orElse("");
                    if (generated || folder.isEmpty()) {
                        return false;
                    }
                    foreign.add(new GeneratedFile(
                            folder,
                            State.FOREIGN,
                            null,
                            null,
                            "has manifests for " + environment
                                    + " that are not Octavo's, and is left alone; --overwrite writes " + own
                                    + " all the same"));
                    return true;
                }));
        return foreign;
    }

    /** What {@code octavo extract} wrote among the manifests: with them it goes to where they are looked at. */
    private static Map<String, String> extracted(Path sources, Blueprint.Service service, List<String> environments) {
        Map<String, String> files = new TreeMap<>();
        List<String> known = GeneratedFiles.known(sources, service.directory(), GeneratedFiles.EXTRACTED);
        for (String environment : environments) {
            String path = Blueprint.addressesFile(environment);
            try {
                Path file = sources.resolve(service.directory()).resolve(path);
                if (known.contains(path) && Files.exists(file)) {
                    files.put(path, Files.readString(file));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return files;
    }

    static ResultException conflict(List<GeneratedFile> conflicts, boolean dry, String command, Record result) {
        GeneratedFile first = conflicts.get(0);
        return new ResultException(
                ErrorCode.GENERATE_CONFLICT,
                conflicts.size() == 1
                        ? "You and Octavo have changed the same lines of a file"
                        : "You and Octavo have changed the same lines of " + conflicts.size() + " files",
                first.path(),
                conflicts.stream()
                        .limit(SHOWN)
                        .map(file -> file.path() + "  " + file.note())
                        .collect(Collectors.joining("\n")),
                dry
                        ? "run " + command + "; it puts both texts into the file, for you to choose"
                        : "choose between the lines after <<<<<<< and those before >>>>>>>, and take the marks away",
                result);
    }

    private static ResultException stale(List<GeneratedFile> stale, GenerateResult result) {
        return new ResultException(
                ErrorCode.GENERATE_STALE,
                "Generated files are not what they would be now",
                stale.isEmpty() ? GeneratedFiles.BASE : stale.get(0).path(),
                whyStale(stale),
                "run octavo generate and commit what it writes",
                result);
    }

    static String whyStale(List<GeneratedFile> stale) {
        if (stale.isEmpty()) {
            return "what is noted as generated last is not";
        }
        String why = stale.stream()
                .limit(SHOWN)
                .map(file -> file.path() + "  would be "
                        + GenerateResult.Made.of(file).state())
                .collect(Collectors.joining("\n"));
        return why + (stale.size() > SHOWN ? "\nand " + (stale.size() - SHOWN) + " more" : "");
    }
}
