package dev.octavo.engine.migrate;

import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.preflight.PipelineAction;
import dev.octavo.engine.preflight.PipelineAction.Kind;
import dev.octavo.engine.preflight.PipelineSummary;
import dev.octavo.engine.preflight.PipelineSummary.Act;
import dev.octavo.engine.preflight.PipelineSummary.Stage;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Placeholder;
import dev.octavo.engine.template.Substitution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a pipeline becomes.
 *
 * @param settings of {@code microservicePipeline}
 * @param jenkinsfile its text
 * @param delivery the text of {@code delivery.yaml}
 * @param items what became of each thing that the pipeline does
 * @param environments {@code dev} or {@code prod} by the name of the stage that deploys there
 * @param versionParameter the parameter with the version to release; {@code ""} for none
 * @param serviceParameter the parameter that chooses a microservice; {@code ""} for none
 * @param branch the branch that is deployed to dev
 */
public record Migration(
        Map<String, Object> settings,
        String jenkinsfile,
        String delivery,
        List<Item> items,
        Map<String, String> environments,
        String versionParameter,
        String serviceParameter,
        String branch) {
    public Migration {
        items = List.copyOf(items);
    }

    /** What became of something. */
    public enum Outcome {
        CARRIED,
        CHANGED,
        DROPPED
    }

    /**
     * One thing that the pipeline does.
     *
     * @param stage of the old pipeline; {@code ""} outside of stages
     * @param to where it is now: a stage, a setting; {@code ""} for nowhere
     * @param why it is another, or nowhere; {@code ""} where it is the same
     * @param fix what to do about it; {@code ""} for nothing
     */
    public record Item(String stage, int line, String what, Outcome outcome, String to, String why, String fix) {}

    static final String CHECKOUT = "checkout";
    static final String TEST = "unit test";
    static final String ANALYSIS = "sonar analysis";
    static final String IMAGE = "build image";
    static final String PUSH = "push image";
    static final String DEV = "deploy to dev";
    static final String RELEASE = "push with tag";
    static final String PROD = "deploy to production";

    /** Works it out; writes nothing. */
    public static Migration of(Path root, PipelineSummary old, Catalog catalog) {
        return new Work(root, old, catalog).migration();
    }

    private static final class Work {
        private static final Pattern PRODUCTION =
                Pattern.compile("(?:^|[/._ -])(?:prod|prd|production|live|release)(?:[/._ -]|$)");
        private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][\\w.]*)}");
        private static final Pattern SECRET =
                Pattern.compile("PASSWORD|PASSWD|PSW$|SECRET|TOKEN|PRIVATE|API_?KEY", Pattern.CASE_INSENSITIVE);
        private static final Set<String> OURS = Set.of(
                "REGISTRY",
                "DOCKERHUB_NAMESPACE",
                "NAMESPACE",
                "APP_NAME",
                "IMAGE_TAG",
                "TAG_NAME",
                "ENVIRONMENT",
                "BRANCH_NAME",
                "BUILD_NUMBER",
                "GIT_COMMIT");
        private static final Set<String> MAIN = Set.of("main", "master");
        private static final int MAX_LINE = 110;
        private static final int MAX_TEXT = 1 << 20;

        private final Path root;
        private final PipelineSummary old;
        private final Catalog catalog;
        private final List<Item> items = new ArrayList<>();
        private final Map<String, Object> settings = new LinkedHashMap<>();
        private final Map<String, Map<String, Object>> byEnvironment = new TreeMap<>();
        private final Map<String, String> environments = new LinkedHashMap<>();
        private final Map<String, String> values = new TreeMap<>();
        private final Map<String, String> folders = new LinkedHashMap<>();
        private final String versionParameter;
        private final String serviceParameter;
        private String branch = "";
        private String imageName = "";

        Work(Path root, PipelineSummary old, Catalog catalog) {
            this.root = root;
            this.old = old;
            this.catalog = catalog;
            this.serviceParameter = serviceParameter();
            this.versionParameter = versionParameter();
        }

        Migration migration() {
            target();
            services();
            branch();
            agents();
            for (Stage stage : old.stages()) {
                stage(stage);
            }
            folders.forEach((environment, folder) -> manifests(environment, folder));
            credentials();
            analysis();
            parameters();
            sections();
            values();
            if (!byEnvironment.isEmpty()) {
                settings.put("environments", byEnvironment);
            }
            return new Migration(
                    settings,
                    jenkinsfile(),
                    delivery(),
                    merged(),
                    environments,
                    versionParameter,
                    serviceParameter,
                    branch.isEmpty() ? "master" : branch);
        }

        // ------------------------------------------------------------------------------------------ what is asked for

        private String serviceParameter() {
            for (Stage stage : old.stages()) {
                for (Act act : stage.acts()) {
                    if (List.of(Kind.PUSH, Kind.IMAGE, Kind.DEPLOY)
                            .contains(act.action().kind())) {
                        Matcher matcher =
                                VARIABLE.matcher(act.action().subject().replaceFirst(":[^/]*$", ""));
                        while (matcher.find()) {
                            if (old.parameters().containsKey(matcher.group(1))) {
                                return matcher.group(1);
                            }
                        }
                    }
                }
            }
            return old.parameters().containsKey("PROJECT_NAME") ? "PROJECT_NAME" : "";
        }

        private String versionParameter() {
            for (Stage stage : old.stages()) {
                for (String name : stage.asks()) {
                    if (!name.equals(serviceParameter)
                            && (stage.does(Kind.PUSH) || stage.does(Kind.DEPLOY) || stage.does(Kind.GIT_TAG))) {
                        return name;
                    }
                }
            }
            return old.parameters().containsKey("TAG_NAME") ? "TAG_NAME" : "";
        }

        private boolean releases(Stage stage) {
            return (!versionParameter.isEmpty() && stage.asks().contains(versionParameter))
                    || stage.condition().matches(".*\\b(?:buildingTag|tag)\\b.*");
        }

        private boolean isProduction(Stage stage, String files) {
            return releases(stage)
                    || PRODUCTION.matcher(files.toLowerCase(Locale.ROOT)).find()
                    || PRODUCTION.matcher(stage.name().toLowerCase(Locale.ROOT)).find()
                    || stage.name().contains("生产");
        }

        // --------------------------------------------------------------------------------------- where images are sent

        private void target() {
            String image = old.stages().stream()
                    .flatMap(stage -> stage.acts().stream())
                    .filter(act -> act.action().kind() == Kind.PUSH)
                    .map(act -> act.action().subject())
                    .filter(subject -> subject.contains("/"))
                    .findFirst()
                    .orElse("");
            if (image.isEmpty()) {
                say(
                        "",
                        0,
                        "where images are pushed",
                        Outcome.DROPPED,
                        "",
                        "no push of an image was found",
                        "set registry and namespace in the Jenkinsfile");
                return;
            }
            String path = image.replaceFirst("@.*$", "").replaceFirst(":[^:/]*$", "");
            String[] parts = path.split("/");
            boolean host =
                    parts.length > 2 || parts[0].contains(".") || parts[0].contains(":") || parts[0].startsWith("${");
            String registry = host ? parts[0] : "docker.io";
            String namespace = String.join("/", List.of(parts).subList(host ? 1 : 0, parts.length - 1));
            setting("registry", registry, "the host of " + image);
            if (!namespace.isEmpty()) {
                setting("namespace", namespace, "the project of " + image);
            }
        }

        private void setting(String name, String value, String what) {
            Matcher unknown = VARIABLE.matcher(value);
            if (value.contains("$")) {
                say(
                        "",
                        0,
                        what,
                        Outcome.DROPPED,
                        "",
                        "its value is not in the Jenkinsfile" + (unknown.find() ? ": " + unknown.group(1) : ""),
                        "set " + name + " in the Jenkinsfile, or the variable "
                                + (name.equals("registry") ? "REGISTRY" : "DOCKERHUB_NAMESPACE") + " in Jenkins");
            } else {
                settings.put(name, value);
                say("", 0, what, Outcome.CARRIED, name + ": " + value, "", "");
            }
        }

        private void services() {
            List<String> names =
                    catalog.services().stream().map(Microservice::name).toList();
            if (names.isEmpty()) {
                say(
                        "",
                        0,
                        "the microservices",
                        Outcome.DROPPED,
                        "",
                        "none was found in the sources",
                        "a microservice is a Spring Boot application, or has a Dockerfile or a deploy folder");
            } else if (names.size() == 1) {
                settings.put("service", names.get(0));
                say("", 0, "one microservice in each build", Outcome.CARRIED, "service: " + names.get(0), "", "");
            }
            String named = imageName();
            if (names.size() == 1 && !named.isEmpty() && !named.equals(names.get(0))) {
                imageName = named;
                say(
                        "",
                        0,
                        "the image's name " + named,
                        Outcome.CARRIED,
                        "imageName of " + names.get(0) + " in delivery.yaml",
                        "",
                        "");
            }
            List<String> choices =
                    serviceParameter.isEmpty() ? List.of() : old.parameters().getOrDefault(serviceParameter, List.of());
            List<String> missing = choices.stream()
                    .filter(each -> !each.isEmpty()
                            && !names.contains(each)
                            && catalog.services().stream()
                                    .noneMatch(one -> one.directory().equals(each)))
                    .toList();
            if (!missing.isEmpty() && choices.size() > 1) {
                say(
                        "",
                        0,
                        serviceParameter + " offers " + String.join(", ", missing),
                        Outcome.DROPPED,
                        "",
                        "no such microservice is in the sources",
                        "nothing, unless one is missing: octavo list shows those found");
            }
        }

        private String imageName() {
            return old.stages().stream()
                    .flatMap(stage -> stage.acts().stream())
                    .filter(act -> act.action().kind() == Kind.PUSH)
                    .map(act -> act.action().subject().replaceFirst(":[^:/]*$", ""))
                    .map(subject -> subject.substring(subject.lastIndexOf('/') + 1))
                    .filter(name -> !name.contains("$"))
                    .findFirst()
                    .orElse("");
        }

        private void branch() {
            Set<String> branches = new LinkedHashSet<>();
            old.stages().stream()
                    .map(Stage::branch)
                    .filter(each -> !each.isEmpty())
                    .forEach(branches::add);
            if (branches.isEmpty()) {
                String fixed = old.environment().getOrDefault("BRANCH_NAME", "");
                old.stages().stream()
                        .flatMap(stage -> stage.acts().stream())
                        .filter(act -> act.action().kind() == Kind.CHECKOUT)
                        .map(act -> act.action().detail())
                        .filter(each -> !each.isEmpty())
                        .findFirst()
                        .ifPresentOrElse(branches::add, () -> {
                            if (!fixed.isEmpty()) {
                                branches.add(fixed);
                            }
                        });
            }
            for (String each : branches) {
                if (branch.isEmpty() && !each.contains("*") && !each.contains("$")) {
                    branch = each;
                }
            }
            if (!branch.isEmpty() && !MAIN.contains(branch)) {
                settings.put("mainBranch", branch);
                say("", 0, "only branch " + branch + " is deployed", Outcome.CARRIED, "mainBranch: " + branch, "", "");
            }
            branches.stream()
                    .filter(each -> !each.equals(branch))
                    .forEach(each -> say(
                            "",
                            0,
                            "the branch " + each,
                            Outcome.DROPPED,
                            "",
                            "one branch is deployed to dev",
                            "set mainBranch to the one that is meant"));
        }

        private void agents() {
            String label = "";
            for (String agent : old.agents()) {
                if (agent.endsWith("}")) {
                    say(
                            "",
                            0,
                            "agent " + agent,
                            Outcome.DROPPED,
                            "label: maven",
                            "stages run on agents with a label; a pod of its own is not described here",
                            "give Jenkins a pod template with the label maven and the image of this agent");
                } else if (!List.of("any", "none").contains(agent) && label.isEmpty()) {
                    label = agent;
                }
            }
            if (!label.isEmpty() && !label.equals("maven")) {
                settings.put("label", label);
                say("", 0, "agents with the label " + label, Outcome.CARRIED, "label: " + label, "", "");
            }
            List<String> containers =
                    old.containers().stream().filter(each -> !each.isEmpty()).toList();
            if (!containers.isEmpty() && !containers.contains("maven")) {
                settings.put("container", containers.get(0));
                say(
                        "",
                        0,
                        "work in the container " + containers.get(0),
                        Outcome.CARRIED,
                        "container: " + containers.get(0),
                        "",
                        "");
            }
            if (containers.size() > 1) {
                say(
                        "",
                        0,
                        "containers " + String.join(", ", containers),
                        Outcome.CHANGED,
                        "one container",
                        "images are built without Docker and manifests applied without kubectl, so one container is enough",
                        "it needs the JDK of the build");
            }
        }

        // ------------------------------------------------------------------------------------------------------ stages

        private void stage(Stage stage) {
            Set<String> to = new LinkedHashSet<>();
            List<Item> own = new ArrayList<>();
            boolean tests = old.stages().stream().anyMatch(each -> each.does(Kind.TEST));
            for (Act act : stage.acts()) {
                PipelineAction action = act.action();
                switch (action.kind()) {
                    case CHECKOUT -> checkout(stage, act, to, own);
                    case TEST -> to.add(TEST);
                    case PACKAGE -> {
                        to.add(TEST);
                        if (!tests && own.stream().noneMatch(each -> each.to().equals(TEST))) {
                            own.add(item(
                                    stage,
                                    act,
                                    "a build without tests",
                                    Outcome.CHANGED,
                                    TEST,
                                    "a microservice is delivered with its tests; one without any fails",
                                    "run the tests once on this machine: octavo run"));
                        }
                    }
                    case ANALYSIS, QUALITY_GATE -> to.add(ANALYSIS);
                    case IMAGE -> {
                        to.add(IMAGE);
                        if (!action.detail().endsWith("Dockerfile")
                                || action.detail().equals("docker.build")) {
                            image(stage, act, own);
                        }
                    }
                    case IMAGE_NAME, LOGIN -> to.add(releases(stage) ? RELEASE : PUSH);
                    case PUSH -> {
                        to.add(releases(stage) ? RELEASE : PUSH);
                        push(stage, act, own);
                    }
                    case GIT_TAG, GIT_PUSH -> {
                        to.add(RELEASE);
                        if (action.kind() == Kind.GIT_TAG) {
                            gitTag(stage, act, own);
                        }
                    }
                    case GATE -> gate(stage, act, own);
                    case DEPLOY -> deploy(stage, act, to, own);
                    case OTHER_DEPLOY ->
                        own.add(item(
                                stage,
                                act,
                                action.subject(),
                                Outcome.DROPPED,
                                "",
                                "only manifests are deployed, so that a gate can show what changes",
                                "write it as a manifest beside the others"));
                    case REPORT -> {
                        if (action.subject().equals("junit")) {
                            to.add(TEST);
                        } else {
                            own.add(item(
                                    stage,
                                    act,
                                    action.subject(),
                                    Outcome.DROPPED,
                                    "",
                                    "the library keeps the run's record, plans and test results, nothing else",
                                    "nothing, or a job of its own"));
                        }
                    }
                    case MESSAGE ->
                        own.add(item(
                                stage,
                                act,
                                action.subject(),
                                Outcome.DROPPED,
                                "",
                                "messages are no part of a delivery",
                                "let Jenkins send them: a notifier of the job, or a pipeline around it"));
                    case HOUSEKEEPING -> {
                        // belongs to what is around it
                    }
                    case OTHER ->
                        own.add(item(
                                stage,
                                act,
                                action.subject(),
                                Outcome.DROPPED,
                                "",
                                action.detail().equals("step")
                                        ? "the library has no such step"
                                        : "the library runs no such command",
                                "put it into the build (Maven, Gradle), or into a job of its own"));
                }
            }
            String name = stage.name();
            if (to.isEmpty() && own.isEmpty()) {
                own.add(new Item(
                        name,
                        stage.line(),
                        "stage " + name,
                        Outcome.DROPPED,
                        "",
                        "nothing in it is part of a delivery",
                        ""));
            } else if (!to.isEmpty()) {
                boolean gate = stage.does(Kind.GATE);
                items.add(new Item(
                        name,
                        stage.line(),
                        "stage " + name,
                        Outcome.CARRIED,
                        String.join(", ", to) + (gate ? ", behind its gate" : ""),
                        "",
                        ""));
            }
            if (!stage.condition().isEmpty()
                    && !releases(stage)
                    && stage.branch().isEmpty()) {
                own.add(new Item(
                        name,
                        stage.line(),
                        "when " + stage.condition(),
                        Outcome.CHANGED,
                        "",
                        "the library decides by branch and version alone",
                        "check that the stage may run each time"));
            }
            items.addAll(own);
        }

        private void checkout(Stage stage, Act act, Set<String> to, List<Item> own) {
            to.add(CHECKOUT);
            String url = act.action().subject();
            if (url.contains("://") || url.startsWith("git@")) {
                own.add(item(
                        stage,
                        act,
                        "clones " + url.replaceFirst("//[^/@]*@", "//"),
                        Outcome.CHANGED,
                        CHECKOUT,
                        "the job's own repository is checked out, and one commit is used in all stages",
                        "make the job \"Pipeline script from SCM\", or multibranch, with this repository"));
            }
        }

        private void image(Stage stage, Act act, List<Item> own) {
            String dockerfile = act.action().detail();
            own.add(item(
                    stage,
                    act,
                    "an image by " + dockerfile,
                    Outcome.CHANGED,
                    IMAGE,
                    "base image, ports, user and environment are read from the file Dockerfile; its commands are not run",
                    dockerfile.equals("docker.build") || Files.exists(root.resolve("Dockerfile"))
                            ? "see that the Dockerfile has what " + dockerfile + " has"
                            : "call it Dockerfile, or let octavo generate write one"));
        }

        private void push(Stage stage, Act act, List<Item> own) {
            String image = act.action().subject();
            Matcher matcher = Pattern.compile(":([^:/]*)$").matcher(image);
            String tag = matcher.find() ? matcher.group(1) : "latest";
            boolean usual = tag.equals("latest")
                    || tag.matches("SNAPSHOT-(?:\\$\\{BRANCH_NAME}|"
                            + Pattern.quote(branch.isEmpty() ? "master" : branch) + ")-\\$\\{BUILD_NUMBER}")
                    || tag.equals("${" + versionParameter + "}");
            if (!usual) {
                own.add(item(
                        stage,
                        act,
                        "pushes the tag " + tag,
                        Outcome.CHANGED,
                        "SNAPSHOT-<branch>-<build>, and the version in stage 7",
                        "tags are made by one rule; what is deployed is the digest",
                        "write $IMAGE_TAG where a manifest names " + tag));
            }
        }

        private void gitTag(Stage stage, Act act, List<Item> own) {
            String tag = act.action().subject();
            if (tag.equals("${" + versionParameter + "}")) {
                return;
            }
            String version = "${" + versionParameter + "}";
            String service = "${" + serviceParameter + "}";
            if (!serviceParameter.isEmpty()
                    && List.of(service + "-" + version, service + "/" + version).contains(tag)) {
                settings.put("perServiceTags", true);
                own.add(item(
                        stage,
                        act,
                        "the git tag " + tag,
                        Outcome.CHANGED,
                        "perServiceTags: true",
                        "a microservice's own tag is called SERVICE/VERSION",
                        tag.contains("/") ? "" : "expect a slash for the hyphen"));
            } else {
                own.add(item(
                        stage,
                        act,
                        "the git tag " + tag,
                        Outcome.CHANGED,
                        "the version",
                        "the tag is the version itself",
                        "start the job with the whole name of the tag as TAG_NAME"));
            }
        }

        private void gate(Stage stage, Act act, List<Item> own) {
            String submitter = act.action().detail();
            boolean release = stage.does(Kind.GIT_TAG) || (stage.does(Kind.PUSH) && releases(stage));
            String environment = stage.acts().stream()
                    .filter(each -> each.action().kind() == Kind.DEPLOY)
                    .findFirst()
                    .map(each -> isProduction(stage, each.action().subject()) ? "prod" : "dev")
                    .orElse(release ? "release" : "");
            if (environment.isEmpty()) {
                own.add(item(
                        stage,
                        act,
                        "the gate " + act.action().subject(),
                        Outcome.DROPPED,
                        "",
                        "no deployment or release follows it in its stage",
                        "nothing: the gates are before dev, release and production"));
            } else if (!submitter.isEmpty() && !submitter.contains("$")) {
                if (environment.equals("release")) {
                    settings.put("approvers", submitter);
                } else {
                    environment(environment).put("approvers", submitter);
                }
                own.add(item(
                        stage,
                        act,
                        "only " + submitter + " may pass the gate",
                        Outcome.CARRIED,
                        "approvers: " + submitter,
                        "",
                        ""));
            }
        }

        private Map<String, Object> environment(String name) {
            return byEnvironment.computeIfAbsent(name, key -> new LinkedHashMap<>());
        }

        private void deploy(Stage stage, Act act, Set<String> to, List<Item> own) {
            String files = act.action().subject();
            String folder = folder(files);
            String environment = isProduction(stage, files) ? "prod" : "dev";
            String known = folders.get(environment);
            if (known != null && !known.equals(folder) && !folder.contains("$")) {
                if (stage.name()
                        .equals(environments.entrySet().stream()
                                .filter(each -> each.getValue().equals(environment))
                                .map(Map.Entry::getKey)
                                .findFirst()
                                .orElse(""))) {
                    folders.put(environment, known + "," + folder);
                    return;
                }
                own.add(item(
                        stage,
                        act,
                        "deploys " + files,
                        Outcome.DROPPED,
                        "",
                        "there is one stage for dev and one for production, and " + environment + " is deployed from "
                                + known + " already",
                        "deploy it in a job of its own: octavo deploy --environment NAME --manifests " + folder));
                return;
            }
            to.add(environment.equals("dev") ? DEV : PROD);
            environments.put(stage.name(), environment);
            if (folder.contains("$")) {
                own.add(item(
                        stage,
                        act,
                        "deploys " + files,
                        Outcome.DROPPED,
                        "",
                        "which files these are is not in the Jenkinsfile",
                        "set environments: [" + environment + ": [manifests: 'FOLDER']]"));
                return;
            }
            folders.putIfAbsent(environment, folder);
            if (environment.equals("dev") && !stage.does(Kind.GATE)) {
                own.add(item(
                        stage,
                        act,
                        "deploys without asking",
                        Outcome.CHANGED,
                        "the gate deploy-to-dev",
                        "each deployment has a gate that shows what will change",
                        "nothing, or let a script approve it"));
            }
            switch (act.action().detail()) {
                case PipelineAction.BY_PROGRAM ->
                    own.add(item(
                            stage,
                            act,
                            "another program changes " + files,
                            Outcome.DROPPED,
                            "",
                            "what it writes cannot be known before",
                            "write $IMAGE_TAG and other variables into the manifests instead"));
                case PipelineAction.BY_ENVSUBST ->
                    own.add(item(
                            stage,
                            act,
                            "envsubst",
                            Outcome.CHANGED,
                            "Octavo's own substitution",
                            "a variable without a value is an error and not empty text",
                            ""));
                default -> {
                    // nothing to say
                }
            }
        }

        /** Manifests from the microservice's folder: patterns that take a whole folder as the folder. */
        private String folder(String files) {
            List<String> parts = new ArrayList<>();
            for (String each : files.split(",")) {
                String path = each.strip();
                if (!serviceParameter.isEmpty()) {
                    path = path.replaceFirst("^(?:.*/)?\\$\\{" + serviceParameter + "}/", "");
                }
                for (Microservice service : catalog.services()) {
                    if (!service.directory().equals(".")
                            && !service.directory().isEmpty()
                            && path.startsWith(service.directory() + "/")) {
                        path = path.substring(service.directory().length() + 1);
                        break;
                    }
                }
                parts.add(path.replaceFirst("/(?:\\*\\*/?\\*?|\\*)?$", ""));
            }
            return String.join(",", parts);
        }

        private void manifests(String environment, String folder) {
            boolean usual = !catalog.services().isEmpty()
                    && catalog.services().stream().allMatch(service -> service.manifests(environment)
                            .filter(found -> found.equals(below(service, folder)))
                            .isPresent());
            if (!usual) {
                environment(environment).put("manifests", folder);
            }
            items.add(new Item(
                    "",
                    0,
                    "manifests in " + folder,
                    Outcome.CARRIED,
                    usual
                            ? environment + ", found there"
                            : "environments: [" + environment + ": [manifests: '" + folder + "']]",
                    "",
                    ""));
        }

        private static String below(Microservice service, String folder) {
            String directory = service.directory().equals(".") ? "" : service.directory();
            return directory.isEmpty() ? folder : directory + "/" + folder;
        }

        // ------------------------------------------------------------------------------------------------- credentials

        private void credentials() {
            Set<String> used = new TreeSet<>();
            for (Stage stage : old.stages()) {
                stage.loginIds().forEach((kind, id) -> {
                    if (id.contains("$") || id.isEmpty()) {
                        return;
                    }
                    String environment = environments.get(stage.name());
                    switch (kind) {
                        case LOGIN, PUSH -> carry("registryCredentials", id, used);
                        case GIT_PUSH, GIT_TAG, CHECKOUT -> carry("gitCredentials", id, used);
                        case ANALYSIS -> carry("sonarCredentials", id, used);
                        case DEPLOY -> {
                            if (environment != null && environment(environment).putIfAbsent("kubeconfig", id) == null) {
                                used.add(id);
                                items.add(new Item(
                                        stage.name(),
                                        stage.line(),
                                        "the kubeconfig " + id,
                                        Outcome.CARRIED,
                                        "environments: [" + environment + ": [kubeconfig: '" + id + "']]",
                                        "",
                                        "without the plugin the credential must be a secret file"));
                            }
                        }
                        default -> {
                            // not of a kind that the library asks for
                        }
                    }
                });
            }
            old.credentials().keySet().stream()
                    .filter(id -> !id.isEmpty() && !used.contains(id))
                    .forEach(id -> items.add(new Item(
                            "",
                            0,
                            "the credential " + id,
                            Outcome.DROPPED,
                            "",
                            "no stage of the library needs it",
                            "")));
        }

        private void carry(String setting, String id, Set<String> used) {
            used.add(id);
            Object known = settings.putIfAbsent(setting, id);
            if (known == null) {
                items.add(new Item("", 0, "the credential " + id, Outcome.CARRIED, setting + ": " + id, "", ""));
            }
        }

        private void analysis() {
            for (Stage stage : old.stages()) {
                for (Act act : stage.acts()) {
                    if (act.action().kind() == Kind.ANALYSIS
                            && act.action().detail().equals("installation")
                            && !act.action().subject().isEmpty()
                            && !act.action().subject().contains("$")) {
                        settings.putIfAbsent("sonarInstallation", act.action().subject());
                    }
                }
            }
            String url = old.environment().getOrDefault("SONAR_HOST_URL", "");
            boolean analyses = old.stages().stream().anyMatch(stage -> stage.does(Kind.ANALYSIS));
            if (analyses && url.contains("://") && !url.contains("$")) {
                settings.putIfAbsent("sonar", url);
            } else if (analyses && !settings.containsKey("sonarInstallation")) {
                say(
                        "",
                        0,
                        "the address of SonarQube",
                        Outcome.DROPPED,
                        "",
                        "it is not in the Jenkinsfile",
                        "set sonar, sonarInstallation, or the variable SONAR_HOST_URL in Jenkins");
            }
        }

        private void parameters() {
            for (String name : old.parameters().keySet()) {
                if (name.equals(versionParameter)) {
                    if (!name.equals("TAG_NAME")) {
                        say(
                                "",
                                0,
                                "the parameter " + name,
                                Outcome.CHANGED,
                                "TAG_NAME",
                                "the version to release is called TAG_NAME",
                                "start the job with TAG_NAME; it is empty by default, and then nothing is released");
                    }
                } else if (name.equals(serviceParameter)) {
                    if (!name.equals("PROJECT_NAME")) {
                        say(
                                "",
                                0,
                                "the parameter " + name,
                                Outcome.CHANGED,
                                "PROJECT_NAME",
                                "the microservice is chosen by PROJECT_NAME",
                                "");
                    }
                } else {
                    say(
                            "",
                            0,
                            "the parameter " + name,
                            Outcome.DROPPED,
                            "",
                            "the library has TAG_NAME and PROJECT_NAME alone",
                            "put what manifests need of it into values/<environment>.yaml");
                }
            }
            if (versionParameter.isEmpty()) {
                say(
                        "",
                        0,
                        "no version is released",
                        Outcome.CHANGED,
                        RELEASE + ", " + PROD,
                        "the library has these stages too; without TAG_NAME they are left out",
                        "");
            }
        }

        private void sections() {
            old.sections()
                    .forEach(section -> items.add(new Item(
                            "",
                            section.line(),
                            section.name(),
                            Outcome.DROPPED,
                            "",
                            switch (section.name()) {
                                case "triggers" -> "what starts a job is the job's own setting";
                                case "tools" -> "agents bring the JDK; the build has its wrapper";
                                case "options" -> "the library sets its own: one build at a time, no second checkout";
                                default -> "the library has none";
                            },
                            switch (section.name()) {
                                case "triggers" -> "set it at the job";
                                case "post" ->
                                    "let Jenkins send messages: a notifier of the job, or a pipeline around it";
                                default -> "";
                            })));
        }

        // ------------------------------------------------------------------------------------------------------ values

        private void values() {
            Map<String, Set<String>> wanted = new TreeMap<>();
            folders.forEach((environment, folder) -> {
                for (Microservice service : catalog.services()) {
                    for (String part : folder.split(",")) {
                        placeholders(root.resolve(below(service, part)), wanted);
                    }
                }
            });
            wanted.keySet().removeAll(OURS);
            wanted.forEach((name, places) -> {
                String value = old.environment().getOrDefault(name, "");
                String place = places.iterator().next();
                if (!value.isEmpty()
                        && !value.contains("$")
                        && !SECRET.matcher(name).find()) {
                    values.put(name, value);
                    say(
                            "",
                            0,
                            "the variable " + name + " in " + place,
                            Outcome.CARRIED,
                            "values in delivery.yaml",
                            "",
                            "");
                } else {
                    boolean renamed = name.equals(versionParameter) || name.equals(serviceParameter);
                    say(
                            "",
                            0,
                            "the variable " + name + " in " + place,
                            Outcome.DROPPED,
                            "",
                            SECRET.matcher(name).find()
                                    ? "it may be a secret"
                                    : "its value is not plain to see in the Jenkinsfile",
                            renamed
                                    ? "write $" + (name.equals(versionParameter) ? "IMAGE_TAG" : "APP_NAME")
                                            + " instead"
                                    : SECRET.matcher(name).find()
                                            ? "name a Secret of the cluster in the manifest instead"
                                            : "give it a value in values/dev.yaml and values/prod.yaml");
                }
            });
        }

        private void placeholders(Path path, Map<String, Set<String>> wanted) {
            try (Stream<Path> files = Files.exists(path) ? Files.walk(path, 4) : Stream.empty()) {
                for (Path file : files.filter(each -> each.toString().matches(".*\\.(?:ya?ml|json)"))
                        .sorted()
                        .toList()) {
                    if (Files.size(file) < MAX_TEXT) {
                        String name = root.relativize(file).toString().replace('\\', '/');
                        new Substitution(Dialect.STRICT, Map.of())
                                .apply(name, Files.readString(file, StandardCharsets.UTF_8)).placeholders().stream()
                                        .filter(each ->
                                                each.outcome() == Placeholder.Outcome.UNDEFINED && !each.foreign())
                                        .forEach(each -> wanted.computeIfAbsent(each.name(), key -> new TreeSet<>())
                                                .add(name));
                    }
                }
            } catch (IOException | java.io.UncheckedIOException e) {
                say(
                        "",
                        0,
                        "the manifests in " + root.relativize(path),
                        Outcome.DROPPED,
                        "",
                        "they cannot be read: " + e.getMessage(),
                        "save them as UTF-8");
            }
        }

        /** What is said of several stages in the same words is said once. */
        private List<Item> merged() {
            Map<Item, Item> first = new LinkedHashMap<>();
            Map<Item, Integer> times = new LinkedHashMap<>();
            for (Item each : items) {
                Item key = new Item("", 0, each.what(), each.outcome(), each.to(), each.why(), each.fix());
                first.putIfAbsent(key, each);
                times.merge(key, 1, Integer::sum);
            }
            List<Item> merged = new ArrayList<>();
            first.forEach((key, each) -> {
                int more = times.getOrDefault(key, 1) - 1;
                merged.add(
                        more == 0
                                ? each
                                : new Item(
                                        each.stage(),
                                        each.line(),
                                        each.what() + " (and " + more + " more such)",
                                        each.outcome(),
                                        each.to(),
                                        each.why(),
                                        each.fix()));
            });
            return merged;
        }

        // ------------------------------------------------------------------------------------------------ what is made

        private void say(String stage, int line, String what, Outcome outcome, String to, String why, String fix) {
            items.add(new Item(stage, line, what, outcome, to, why, fix));
        }

        private static Item item(
                Stage stage, Act act, String what, Outcome outcome, String to, String why, String fix) {
            return new Item(stage.name(), act.line(), what, outcome, to, why, fix);
        }

        private String jenkinsfile() {
            List<String> written = new ArrayList<>();
            settings.forEach((name, value) -> written.add(name + ": " + groovy(value)));
            String line = "microservicePipeline(" + String.join(", ", written) + ")";
            if (line.length() > MAX_LINE) {
                line = "microservicePipeline(\n    " + String.join(",\n    ", written) + ")";
            }
            return "@Library('octavo') _\n" + line + "\n";
        }

        private static String groovy(Object value) {
            if (value instanceof Map<?, ?> map) {
                List<String> entries = new ArrayList<>();
                map.forEach((key, each) -> entries.add(key + ": " + groovy(each)));
                return "[" + String.join(", ", entries) + "]";
            }
            return value instanceof Boolean
                    ? value.toString()
                    : "'" + value.toString().replace("\\", "\\\\").replace("'", "\\'") + "'";
        }

        private String delivery() {
            Path top = root.toAbsolutePath().normalize().getFileName();
            String name = (top == null ? "app" : top.toString())
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "-")
                    .replaceAll("^-+|-+$", "");
            StringBuilder text = new StringBuilder("# yaml-language-server: $schema=" + DeliveryFile.SCHEMA + "\n")
                    .append("# Made by octavo migrate from ")
                    .append(old.file())
                    .append(".\n")
                    .append("application: ")
                    .append(name.isEmpty() ? "app" : name)
                    .append('\n');
            text.append("environments:\n");
            for (String environment : DeliveryFile.USUAL_ENVIRONMENTS) {
                Object approvers =
                        byEnvironment.getOrDefault(environment, Map.of()).get("approvers");
                text.append("  ").append(environment).append(":\n    gate: ");
                if (approvers == null) {
                    text.append("true\n");
                } else {
                    List<String> people = Stream.of(approvers.toString().split(","))
                            .map(String::strip)
                            .map(Work::quoted)
                            .toList();
                    text.append("{approvers: [")
                            .append(String.join(", ", people))
                            .append("]}\n");
                }
            }
            if (!imageName.isEmpty()) {
                text.append("services:\n  ")
                        .append(settings.get("service"))
                        .append(":\n    imageName: ")
                        .append(quoted(imageName))
                        .append('\n');
            }
            if (!values.isEmpty()) {
                text.append("values:\n");
                values.forEach((key, value) -> text.append("  ")
                        .append(key)
                        .append(": ")
                        .append(quoted(value))
                        .append('\n'));
            }
            return text.toString();
        }

        private static String quoted(String value) {
            return value.matches("[A-Za-z][A-Za-z0-9_./-]*") && !value.matches("(?i)true|false|yes|no|on|off|null|y|n")
                    ? value
                    : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        }
    }
}
