package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.cluster.ManifestObject;
import dev.octavo.engine.migrate.Migration;
import dev.octavo.engine.preflight.PipelineAction.Kind;
import dev.octavo.engine.preflight.PipelineSummary;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs the old and the new pipeline with recorded steps and compares what they would have done.
 *
 * @param runs of each of the two
 * @param same what both do alike, a line for each kind of thing
 * @param differences what only one of them does
 * @param failure why the old pipeline could not be run; {@code ""} where it could
 */
record MigrationProof(int runs, List<String> same, List<Difference> differences, String failure) {
    private static final String VERSION = "v1.0.0";
    private static final int MOST_SERVICES = 20;
    private static final int MOST_FIELDS = 8;
    private static final long MAX_FILE = 2 << 20;
    private static final Set<String> LEFT_OUT =
            Set.of(".git", "target", "build", "node_modules", ".octavo", ".idea", "dist");

    /**
     * One difference.
     *
     * @param before with the old pipeline; {@code ""} for nothing
     * @param after with the new one; {@code ""} for nothing
     * @param why {@code ""} where the library has no rule that makes it so
     */
    record Difference(String what, String before, String after, String why) {}

    MigrationProof {
        same = List.copyOf(same);
        differences = List.copyOf(differences);
    }

    boolean isSame() {
        return failure.isEmpty() && differences.isEmpty();
    }

    static MigrationProof of(
            Path root, PipelineSummary old, Migration migration, Catalog catalog, Cancellation cancellation)
            throws IOException {
        Path folder = Files.createTempDirectory("octavo-migrate");
        try {
            return new Run(folder, old, migration, catalog, cancellation).proof(root);
        } finally {
            RunFolder.delete(folder);
        }
    }

    private static final class Run {
        private final Path folder;
        private final PipelineSummary old;
        private final Migration migration;
        private final Catalog catalog;
        private final Cancellation cancellation;
        private final List<String> names;
        private final Set<String> same = new LinkedHashSet<>();
        private final Map<String, Difference> differences = new LinkedHashMap<>();
        /** Whether what is compared now is a build that releases a version. */
        private boolean release;

        Run(Path folder, PipelineSummary old, Migration migration, Catalog catalog, Cancellation cancellation) {
            this.folder = folder;
            this.old = old;
            this.migration = migration;
            this.catalog = catalog;
            this.names = catalog.services().stream()
                    .map(Microservice::name)
                    .sorted(java.util.Comparator.comparingInt(String::length).reversed())
                    .toList();
            this.cancellation = cancellation;
        }

        MigrationProof proof(Path root) throws IOException {
            Path before = copy(root, folder.resolve("before"));
            Path after = copy(root, folder.resolve("after"));
            Files.writeString(after.resolve("delivery.yaml"), migration.delivery());
            Rehearsal first = rehearsal(before, old.credentials(), migration.environments());
            Rehearsal second = rehearsal(
                    after,
                    credentials(),
                    Map.of("deploy to dev", "dev", "push with tag", "release", "deploy to production", "prod"));
            int runs = 0;
            for (String service : services()) {
                for (String version : migration.versionParameter().isEmpty() ? List.of("") : List.of("", VERSION)) {
                    cancellation.check();
                    Rehearsal.Notes was =
                            first.run(old.file(), old.text(), parameters(service, version), Map.of(), cancellation);
                    if (was.failure().isPresent()) {
                        EngineException failure = was.failure().get();
                        return new MigrationProof(
                                runs,
                                List.of(),
                                List.of(),
                                failure.what() + " (" + failure.where() + "): " + failure.why());
                    }
                    Rehearsal.Notes is = second.run(
                            "Jenkinsfile",
                            migration.jenkinsfile(),
                            Map.of("TAG_NAME", version, "PROJECT_NAME", service.isEmpty() ? Catalog.ALL : service),
                            more(service),
                            cancellation);
                    if (is.failure().isPresent()) {
                        EngineException failure = is.failure().get();
                        return new MigrationProof(
                                runs,
                                List.of(),
                                List.of(),
                                "the new pipeline: " + failure.what() + " (" + failure.where() + "): " + failure.why());
                    }
                    runs++;
                    compare(was, is, !version.isEmpty());
                }
            }
            return new MigrationProof(runs, List.copyOf(same), List.copyOf(differences.values()), "");
        }

        /** What Jenkins has to define where the Jenkinsfile does not. */
        private Map<String, String> more(String service) {
            Map<String, String> more = new LinkedHashMap<>();
            more.put("OCTAVO_PROJECTS", service.isEmpty() ? "" : service);
            if (!migration.settings().containsKey("registry")) {
                more.put("REGISTRY", "registry.invalid");
            }
            if (migration.settings().containsKey("sonarInstallation")) {
                more.put("SONAR_HOST_URL", "http://sonar.invalid"); // what Jenkins is configured with
            }
            return more;
        }

        private Rehearsal rehearsal(Path sources, Map<String, String> credentials, Map<String, String> environments)
                throws IOException {
            Set<String> unknown = new TreeSet<>();
            old.stages().stream()
                    .flatMap(stage -> stage.acts().stream())
                    .filter(act -> (act.action().kind() == Kind.OTHER
                                    && act.action().detail().equals("step"))
                            || act.action().kind() == Kind.MESSAGE
                            || act.action().kind() == Kind.REPORT)
                    .forEach(act -> unknown.add(act.action().subject()));
            unknown.removeIf(
                    name -> name.contains(" ") || List.of("stash", "unstash").contains(name));
            return new Rehearsal(
                    sources,
                    Files.createDirectories(folder.resolve("runs")),
                    migration.branch(),
                    credentials,
                    unknown,
                    environments);
        }

        /** The library binds kubeconfigs as files and tokens as texts. */
        private Map<String, String> credentials() {
            Map<String, String> credentials = new LinkedHashMap<>();
            if (migration.settings().get("environments") instanceof Map<?, ?> environments) {
                environments.values().forEach(each -> {
                    if (each instanceof Map<?, ?> settings && settings.get("kubeconfig") != null) {
                        credentials.put(settings.get("kubeconfig").toString(), "file");
                    }
                });
            }
            Object sonar = migration.settings().get("sonarCredentials");
            if (sonar != null) {
                credentials.put(sonar.toString(), "string");
            }
            return credentials;
        }

        private List<String> services() {
            List<String> names =
                    catalog.services().stream().map(Microservice::name).toList();
            if (migration.serviceParameter().isEmpty()) {
                return List.of(names.size() == 1 ? names.get(0) : "");
            }
            List<String> offered = old.parameters().getOrDefault(migration.serviceParameter(), List.of());
            List<String> both = offered.size() > 1
                    ? offered.stream().filter(names::contains).toList()
                    : names;
            return both.isEmpty()
                    ? List.of("")
                    : both.stream().limit(MOST_SERVICES).toList();
        }

        private Map<String, String> parameters(String service, String version) {
            Map<String, String> parameters = new LinkedHashMap<>();
            // without one the parameter's default counts, as in a build that Jenkins starts by itself
            if (!version.isEmpty() && old.parameters().containsKey(migration.versionParameter())) {
                parameters.put(migration.versionParameter(), version);
            }
            if (!migration.serviceParameter().isEmpty() && !service.isEmpty()) {
                parameters.put(migration.serviceParameter(), service);
            }
            return parameters;
        }

        // --------------------------------------------------------------------------------------------------- comparing

        private void compare(Rehearsal.Notes was, Rehearsal.Notes is, boolean released) {
            release = released;
            flag("unit tests", was.tests(), is.tests());
            flag("analysis", was.analysis(), is.analysis());
            sets("image", was.images(), is.images());
            sets("git tag", was.tags(), is.tags());
            gates(was, is);
            Set<String> environments = new TreeSet<>(was.objects().keySet());
            environments.addAll(is.objects().keySet());
            for (String environment : environments) {
                objects(
                        environment,
                        was.objects().getOrDefault(environment, Map.of()),
                        is.objects().getOrDefault(environment, Map.of()));
            }
            was.problems().forEach(problem -> differ("old pipeline", problem, ""));
            is.problems().forEach(problem -> differ("new pipeline", "", problem));
            if (release) {
                agree("stages that a release enters: " + was.stages().size() + " before, " + leaves(is) + " after");
            }
        }

        private static long leaves(Rehearsal.Notes notes) {
            return notes.stages().stream()
                    .filter(stage -> !stage.equals("build"))
                    .count();
        }

        private void flag(String what, boolean was, boolean is) {
            if (was != is) {
                differ(what, was ? "run" : "not run", is ? "run" : "not run");
            } else if (was) {
                agree(what + ": run");
            }
        }

        private void sets(String what, Set<String> was, Set<String> is) {
            for (String each : was) {
                if (is.contains(each)) {
                    agree(what + ": " + each);
                } else {
                    differ(what, each, "");
                }
            }
            is.stream().filter(each -> !was.contains(each)).forEach(each -> differ(what, "", each));
        }

        private void gates(Rehearsal.Notes was, Rehearsal.Notes is) {
            Map<String, String> before = new TreeMap<>();
            was.gates().forEach((id, stage) -> before.put(purpose(stage), id));
            Map<String, String> after = new TreeMap<>();
            is.gates()
                    .forEach((id, stage) -> after.put(
                            stage.equals("push with tag") ? "release" : stage.equals("deploy to dev") ? "dev" : "prod",
                            id));
            before.forEach((purpose, id) -> {
                String now = after.get(purpose);
                if (id.equals(now)) {
                    agree("gate for " + purpose + ": " + id);
                } else {
                    differ("gate for " + purpose, id, now == null ? "" : now);
                }
            });
            after.forEach((purpose, id) -> {
                if (!before.containsKey(purpose)) {
                    differ("gate for " + purpose, "", id);
                }
            });
        }

        private String purpose(String stage) {
            String environment = migration.environments().get(stage);
            if (environment != null) {
                return environment;
            }
            boolean pushes = old.stages().stream()
                    .filter(each -> each.name().equals(stage))
                    .anyMatch(each -> each.does(Kind.PUSH) || each.does(Kind.GIT_TAG));
            return pushes ? "release" : stage;
        }

        private void objects(String environment, Map<String, ManifestObject> was, Map<String, ManifestObject> is) {
            was.forEach((title, object) -> {
                ManifestObject now = is.get(title);
                if (now == null) {
                    differ(title + " in " + environment, "written", "");
                    return;
                }
                List<Difference> fields = new ArrayList<>();
                fields(title + " in " + environment, "", object.content(), now.content(), fields);
                fields.stream().limit(MOST_FIELDS).forEach(each -> differ(each.what(), each.before(), each.after()));
                if (fields.isEmpty()) {
                    agree(title + " in " + environment + ": the same, field by field");
                }
            });
            is.keySet().stream()
                    .filter(title -> !was.containsKey(title))
                    .forEach(title -> differ(title + " in " + environment, "", "written"));
        }

        private static void fields(String object, String path, Object was, Object is, List<Difference> found) {
            if (was instanceof Map<?, ?> a && is instanceof Map<?, ?> b) {
                Set<Object> keys = new LinkedHashSet<>(a.keySet());
                keys.addAll(b.keySet());
                for (Object key : keys) {
                    fields(
                            object,
                            path.isEmpty() ? key.toString() : path + "." + key,
                            or(a.get(key)),
                            or(b.get(key)),
                            found);
                }
            } else if (was instanceof List<?> a && is instanceof List<?> b && a.size() == b.size()) {
                for (int i = 0; i < a.size(); i++) {
                    fields(object, path + "[" + i + "]", or(a.get(i)), or(b.get(i)), found);
                }
            } else if (!Objects.equals(was, is)) {
                boolean secret = object.startsWith("Secret/");
                found.add(new Difference(
                        object + ": " + path,
                        secret ? "(not shown)" : shown(was),
                        secret ? "(not shown)" : shown(is),
                        ""));
            }
        }

        private static Object or(@org.jspecify.annotations.Nullable Object value) {
            return value == null ? "" : value;
        }

        private static String shown(Object value) {
            String text = value.toString();
            return text.length() > 120 ? text.substring(0, 117) + "..." : text;
        }

        private void differ(String what, String before, String after) {
            Difference difference =
                    new Difference(general(what), general(before), general(after), why(what, before, after));
            differences.putIfAbsent(difference.toString(), difference);
        }

        private void agree(String what) {
            same.add(general(what));
        }

        /** The same of several microservices is one thing. */
        private String general(String text) {
            String general = text;
            if (names.size() > 1) {
                for (String name : names) {
                    general = general.replaceAll(
                            "(?<![A-Za-z0-9_])" + java.util.regex.Pattern.quote(name) + "(?!\\w)", "SERVICE");
                }
            }
            return general;
        }

        private String why(String what, String before, String after) {
            return switch (what) {
                case "unit tests" -> "each microservice is delivered with its tests";
                case "image" ->
                    before.isEmpty()
                            ? "each build pushes SNAPSHOT-<branch>-<build>, that of the main branch latest too"
                            : "tags are made by one rule; manifests name $IMAGE_TAG";
                case "old pipeline" -> "the old pipeline fails at this";
                case "git tag" -> "a tag is the version, or SERVICE/VERSION; only a build with TAG_NAME makes one";
                default -> {
                    String environment = what.substring(what.lastIndexOf(' ') + 1);
                    if (before.isEmpty()
                            && after.equals("written")
                            && !migration.environments().containsValue(environment)) {
                        yield "the Jenkinsfile does not deploy to " + environment
                                + "; a build of the main branch goes to dev and a release to prod, each behind its gate";
                    }
                    if (!release && environment.equals("prod") && before.equals("written") && after.isEmpty()) {
                        yield "only a build with TAG_NAME is deployed to prod, behind its gate";
                    }
                    if (!what.startsWith("gate for")) {
                        yield what.endsWith(".image")
                                        && before.substring(0, Math.max(0, before.lastIndexOf(':')))
                                                .equals(after.substring(0, Math.max(0, after.lastIndexOf(':'))))
                                ? "the manifest names the tag of the old pipeline; write $IMAGE_TAG"
                                : "";
                    }
                    yield before.isEmpty()
                            ? "each deployment and release has a gate"
                            : after.isEmpty()
                                    ? "nothing is released or deployed there in such a build"
                                    : "the library's gates have fixed names";
                }
            };
        }
    }

    /** The sources without what builds have made; links are left out. */
    private static Path copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!directory.equals(from) && LEFT_OUT.contains(String.valueOf(directory.getFileName()))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && attributes.size() <= MAX_FILE) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return to;
    }
}
