package dev.octavo.engine.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Does a little of everything and leaves nothing behind, so that the JVM sees the classes of a usual call; the script
 * that starts Octavo makes its class data sharing archive from them.
 */
@Command(name = "train", hidden = true, description = "Loads the classes of a usual call.")
final class TrainCommand implements Callable<Integer> {
    private static final String PIPELINE = """
        pipeline {
            agent any
            parameters { string(name: 'TAG_NAME', defaultValue: '', description: '') }
            stages {
                stage('one') {
                    when { expression { params.TAG_NAME == '' } }
                    steps {
                        sh 'true'
                        script { stash(name: 's', includes: '**'); unstash 's'; withEnv(['A=b']) { echo env.A } }
                    }
                }
                stage('two') { steps { input(id: 'two', message: 'two?') } }
            }
        }
        """;

    private static final String SETTINGS = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, labels: {app: shop}}
        data:
          number: "1"
          text: |
            a line
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: shop, labels: {app: shop}}
        spec:
          replicas: 1
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: shop}}
            spec:
              containers: [{name: shop, image: "localhost/shop:1", envFrom: [{configMapRef: {name: settings}}]}]
        """;

    @Option(names = "--first", description = "Only what every operation begins with.")
    private boolean first;

    private final Map<String, String> environment;
    private final Function<Map<String, String>, CommandLine> lines;
    private final List<String> calls;

    /**
     * @param lines makes the command from its environment
     * @param calls the words of usual calls, with the word REPOSITORY for the path of a repository
     */
    TrainCommand(
            Map<String, String> environment, Function<Map<String, String>, CommandLine> lines, List<String> calls) {
        this.environment = environment;
        this.lines = lines;
        this.calls = calls;
    }

    @Override
    public Integer call() throws IOException, GitAPIException {
        Path folder = Files.createTempDirectory("octavo-train");
        try {
            Path repository = Files.createDirectories(folder.resolve("repository"));
            Map<String, String> own = new HashMap<>(environment);
            own.put("OCTAVO_HOME", folder.resolve("home").toString());
            if (first) {
                commitNothing(repository);
                Path request = Files.writeString(folder.resolve("request.json"), "{\"branch\": \"main\"}");
                String[] source = {
                    "source", "-C", repository.toString(), "--request", request.toString(), "--output", "json"
                };
                execute(own, source);
                return 0;
            }
            Files.writeString(repository.resolve("Jenkinsfile"), PIPELINE);
            TrainingDelivery.write(repository);
            Files.writeString(
                    Files.createDirectories(repository.resolve("deploy/dev")).resolve("settings.yaml"), SETTINGS);
            commit(repository);
            for (String call : calls) {
                execute(
                        own,
                        Arrays.stream(call.split(" "))
                                .map(word -> word.equals("REPOSITORY") ? repository.toString() : word)
                                .toArray(String[]::new));
            }
            TrainingDelivery.run(folder, repository, own, words -> execute(own, words));
            deploy(folder, repository, own);
            return 0;
        } finally {
            RunFolder.delete(folder);
        }
    }

    private static void commit(Path repository) throws GitAPIException {
        try (Git git = Git.init()
                .setDirectory(repository.toFile())
                .setInitialBranch("main")
                .call()) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("train")
                    .setAuthor("train", "train@localhost")
                    .setCommitter("train", "train@localhost")
                    .setSign(false)
                    .call();
        }
    }

    /** With less of Git than the command for it takes, which operations do not need. */
    private static void commitNothing(Path repository) throws IOException {
        try (Repository git =
                        FileRepositoryBuilder.create(repository.resolve(".git").toFile());
                ObjectInserter objects = git.newObjectInserter()) {
            git.create();
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(objects.insert(new TreeFormatter()));
            commit.setAuthor(new PersonIdent("train", "train@localhost"));
            commit.setCommitter(commit.getAuthor());
            commit.setMessage("train");
            ObjectId id = objects.insert(commit);
            objects.flush();
            Files.writeString(repository.resolve(".git/HEAD"), "ref: refs/heads/main\n");
            Files.writeString(repository.resolve(".git/refs/heads/main"), id.name() + "\n");
        }
    }

    private void execute(Map<String, String> own, String... words) {
        CommandLine line = lines.apply(own);
        line.setOut(new PrintWriter(Writer.nullWriter()));
        line.setErr(new PrintWriter(Writer.nullWriter()));
        line.execute(words);
    }

    private void deploy(Path folder, Path repository, Map<String, String> own) throws IOException {
        try (TrainingCluster cluster = new TrainingCluster()) {
            cluster.loadClient();
            Path kubeconfig = folder.resolve("kubeconfig");
            Files.writeString(kubeconfig, cluster.kubeconfig());
            own.put("KUBECONFIG", kubeconfig.toString());
            for (String operation : List.of("plan", "deploy", "deploy")) {
                execute(own, operation, "-C", repository.toString(), "--environment", "dev");
            }
        } catch (GeneralSecurityException | LinkageError e) {
            // a Java without these classes needs none of them
        }
    }
}
