package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Jenkinsfiles such as teams write for KubeSphere, turned into the two lines, and both of them run. */
class MigrateCommandTest {
    private static final String ONE = """
            pipeline {
              agent { node { label 'maven' } }
              parameters { string(name: 'TAG_NAME', defaultValue: '', description: '') }
              environment {
                HUB_ID = 'hub'
                KUBE_ID = 'cluster'
                REGISTRY = 'harbor.example.com'
                DOCKERHUB_NAMESPACE = 'shop'
                APP_NAME = 'shop-catalog'
                LOG_LEVEL = 'info'
              }
              stages {
                stage('checkout') { steps { checkout(scm) } }
                stage('unit test') { steps { container('maven') { sh 'mvn clean test' } } }
                stage('build & push') {
                  steps {
                    container('maven') {
                      sh 'mvn -DskipTests package'
                      sh 'docker build -f Dockerfile -t $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER .'
                      withCredentials([usernamePassword(credentialsId: "$HUB_ID", usernameVariable: 'U', passwordVariable: 'P')]) {
                        sh 'echo "$P" | docker login $REGISTRY -u "$U" --password-stdin'
                        sh 'docker push $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER'
                      }
                    }
                  }
                }
                stage('push latest') {
                  when { branch 'master' }
                  steps {
                    sh 'docker tag $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:latest'
                    sh 'docker push $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:latest'
                  }
                }
                stage('deploy to dev') {
                  when { branch 'master' }
                  steps {
                    input(id: 'deploy-to-dev', message: 'deploy to dev?')
                    kubernetesDeploy(configs: 'deploy/dev-ol/**', enableConfigSubstitution: true, kubeconfigId: "$KUBE_ID")
                  }
                }
                stage('push with tag') {
                  when { expression { return params.TAG_NAME =~ /v.*/ } }
                  steps {
                    input(id: 'release-image-with-tag', message: 'release?')
                    withCredentials([usernamePassword(credentialsId: 'forge', usernameVariable: 'GIT_USERNAME', passwordVariable: 'GIT_PASSWORD')]) {
                      sh 'git tag -a $TAG_NAME -m "$TAG_NAME"'
                      sh 'git push http://$GIT_USERNAME:$GIT_PASSWORD@git.example.com/shop/catalog.git --tags'
                    }
                    sh 'docker tag $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:$TAG_NAME'
                    sh 'docker push $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:$TAG_NAME'
                  }
                }
                stage('deploy to production') {
                  when { expression { return params.TAG_NAME =~ /v.*/ } }
                  steps {
                    input(id: 'deploy-to-production', message: 'production?', submitter: 'mei,group:ops')
                    withCredentials([kubeconfigFile(credentialsId: env.KUBE_ID, variable: 'KUBECONFIG')]) {
                      sh 'envsubst < deploy/prod-ol/catalog.yaml | kubectl apply -f -'
                    }
                  }
                }
              }
            }
            """;

    private static final String MANIFEST = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: catalog, namespace: shop-NAME}
            spec:
              selector: {matchLabels: {app: catalog}}
              template:
                metadata: {labels: {app: catalog}}
                spec:
                  containers:
                    - name: catalog
                      image: $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:TAG
                      env: [{name: LOG_LEVEL, value: $LOG_LEVEL}]
            """;

    private static final String MANY = """
            pipeline {
              agent { node { label 'builder' } }
              parameters {
                string(name: 'PROJECT_VERSION', defaultValue: 'v0.0', description: '')
                choice(name: 'PROJECT_NAME', choices: ['orders', 'stock'], description: '')
              }
              environment {
                REGISTRY = 'harbor.example.com'
                DOCKERHUB_NAMESPACE = 'shop'
              }
              triggers { cron('H 3 * * *') }
              stages {
                stage('build') {
                  steps {
                    git(credentialsId: 'gitee', url: 'https://gitee.example.com/shop.git', branch: 'master')
                    sh 'mvn -Dmaven.test.skip=true install'
                    sh 'cd $PROJECT_NAME && docker build -t $REGISTRY/$DOCKERHUB_NAMESPACE/$PROJECT_NAME:latest .'
                    sh 'docker push $REGISTRY/$DOCKERHUB_NAMESPACE/$PROJECT_NAME:latest'
                  }
                }
                stage('deploy') {
                  steps {
                    kubernetesDeploy(configs: "$PROJECT_NAME/deploy/**", enableConfigSubstitution: true, kubeconfigId: 'cluster')
                    dingTalkSend(robot: 'team')
                    sh 'helm upgrade redis bitnami/redis'
                  }
                }
                stage('release') {
                  when { expression { return params.PROJECT_VERSION =~ /v.*/ } }
                  steps {
                    sh 'docker push $REGISTRY/$DOCKERHUB_NAMESPACE/$PROJECT_NAME:$PROJECT_VERSION'
                    sh 'git tag -a $PROJECT_NAME-$PROJECT_VERSION -m x'
                  }
                }
              }
              post { failure { echo 'oh' } }
            }
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, text);
    }

    private void service(String directory, String name) throws IOException {
        write(directory + "pom.xml", """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>NAME</artifactId>
                  <version>1</version>
                </project>
                """.replace("NAME", name));
        write(directory + "Dockerfile", "FROM eclipse-temurin:17-jre\nEXPOSE 8080\n");
    }

    private void oneService() throws IOException {
        service("", "catalog");
        write("deploy/prod-ol/catalog.yaml", manifest("prod", "$TAG_NAME"));
        write("deploy/dev-ol/catalog.yaml", manifest("dev", "SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER"));
    }

    private static String manifest(String environment, String tag) {
        return MANIFEST.replace("shop-NAME", "shop-" + environment).replace(":TAG", ":" + tag);
    }

    private int migrate(String... words) {
        CommandLine line = Octavo.commandLine(Map.of());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("migrate", "-C", folder.toString()));
        all.addAll(List.of(words));
        return line.execute(all.toArray(String[]::new));
    }

    private String file(String path) throws IOException {
        return Files.readString(folder.resolve(path));
    }

    @Test
    void givesTheSameStagesImagesGatesTagsAndManifests() throws IOException {
        oneService();
        write("Jenkinsfile-online", ONE);

        assertThat(migrate("-o", "json")).as(err.toString()).isZero();

        Map<String, Object> result = RunRecord.map(out.toString());
        assertThat(result).containsEntry("written", true).containsEntry("same", true);
        Map<?, ?> proof = (Map<?, ?>) result.get("proof");
        assertThat(proof.get("runs")).isEqualTo(2);
        assertThat(proof.get("differences")).isEqualTo(List.of());
        assertThat(String.valueOf(proof.get("same")))
                .contains("unit tests: run")
                .contains("image: harbor.example.com/shop/shop-catalog:SNAPSHOT-master-7")
                .contains("image: harbor.example.com/shop/shop-catalog:latest")
                .contains("image: harbor.example.com/shop/shop-catalog:v1.0.0")
                .contains("git tag: v1.0.0")
                .contains("gate for dev: deploy-to-dev")
                .contains("gate for release: release-image-with-tag")
                .contains("gate for prod: deploy-to-production")
                .contains("Deployment/catalog in dev: the same, field by field")
                .contains("Deployment/catalog in prod: the same, field by field");
        assertThat(file("Jenkinsfile"))
                .startsWith("@Library('octavo') _\nmicroservicePipeline(")
                .contains("registry: 'harbor.example.com'", "namespace: 'shop'", "service: 'catalog'")
                .contains("registryCredentials: 'hub'", "gitCredentials: 'forge'")
                .contains("dev: [kubeconfig: 'cluster']")
                .contains(
                        "prod: [approvers: 'mei,group:ops', manifests: 'deploy/prod-ol/catalog.yaml', kubeconfig: 'cluster']");
        DeliveryFile delivery = DeliveryFile.read(folder, "delivery.yaml");
        assertThat(delivery.imageName("catalog")).isEqualTo("shop-catalog");
        assertThat(delivery.gate("prod").orElseThrow().approvers()).containsExactly("mei", "group:ops");
        assertThat(delivery.values("dev").get("LOG_LEVEL").value()).isEqualTo("info");
        assertThat(file("Jenkinsfile-online")).isEqualTo(ONE);
    }

    @Test
    void tellsWhatItCouldNotCarryOver() throws IOException {
        service("orders/", "orders");
        service("stock/", "stock");
        for (String name : List.of("orders", "stock")) {
            write(name + "/deploy/" + name + ".yaml", """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: $PROJECT_NAME}
                    """);
        }
        write("Jenkinsfile", MANY);

        assertThat(migrate()).as(err.toString()).isZero();

        assertThat(out.toString())
                .contains("perServiceTags: true", "label: 'builder'")
                .contains("changed  the parameter PROJECT_VERSION  ->  TAG_NAME")
                .contains("clones https://gitee.example.com/shop.git")
                .contains("dropped  line 24: dingTalkSend", "dropped  line 25: helm upgrade redis bitnami/redis")
                .contains("dropped  line 11: triggers", "do:  set it at the job")
                .contains("dropped  line 36: post")
                .contains("dropped  the variable PROJECT_NAME in orders/deploy/orders.yaml", "write $APP_NAME instead")
                .contains("both were run 4 times")
                .contains("differs  unit tests: not run  ->  run  (each microservice is delivered with its tests)")
                .contains("same     image: harbor.example.com/shop/SERVICE:latest")
                .contains("differs  git tag: SERVICE-v1.0.0  ->  nothing")
                .contains("differs  git tag: nothing  ->  SERVICE/v1.0.0")
                .contains("same     ConfigMap/SERVICE in dev: the same, field by field")
                .contains("there    Jenkinsfile", "nothing was written");
        assertThat(file("Jenkinsfile")).isEqualTo(MANY);
        assertThat(folder.resolve("delivery.yaml")).doesNotExist();
    }

    @Test
    void keepsTheOldJenkinsfileWhereItReplacesIt() throws IOException {
        oneService();
        write("Jenkinsfile", ONE);

        assertThat(migrate("--diff", "--no-proof")).isZero();
        assertThat(out.toString()).contains("-pipeline {", "+@Library('octavo') _", "proof: not asked for");
        assertThat(file("Jenkinsfile")).isEqualTo(ONE);

        assertThat(migrate("--overwrite", "--no-proof")).isZero();
        assertThat(file("Jenkinsfile")).startsWith("@Library('octavo') _");
        assertThat(file("Jenkinsfile.before-octavo")).isEqualTo(ONE);

        assertThat(migrate("--overwrite")).isEqualTo(2);
        assertThat(err.toString()).contains("There is nothing to migrate");
    }

    @Test
    void saysWhyAPipelineCannotBeRehearsed() throws IOException {
        oneService();
        write("Jenkinsfile", ONE.replace("sh 'mvn clean test'", "script { docker.image('maven').pull() }"));

        assertThat(migrate("--diff")).as(err.toString()).isZero();

        assertThat(out.toString()).contains("proof: not possible: \"docker.image\" is not supported (Jenkinsfile:14)");
    }

    @Test
    void asksWhichOfSeveralJenkinsfilesIsMeant() throws IOException {
        write("Jenkinsfile-online", ONE);
        write("Jenkinsfile-on-prem", ONE);

        assertThat(migrate()).isEqualTo(2);
        assertThat(err.toString()).contains("they are Jenkinsfile-on-prem, Jenkinsfile-online", "--file");
    }

    @Test
    void writesTheReportAsMarkdown() throws IOException {
        oneService();
        write("Jenkinsfile-online", ONE);

        assertThat(migrate("-o", "markdown", "--diff")).isZero();

        assertThat(out.toString())
                .startsWith("# Migration of Jenkinsfile-online")
                .contains("| stage push latest | 27 | carried | push image |");
    }
}
