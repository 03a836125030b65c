package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.Credential;
import dev.octavo.engine.runner.api.CredentialStore;
import dev.octavo.engine.runner.api.InputAnswer;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.StageStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A Jenkinsfile such as teams have written by hand for KubeSphere, unchanged. */
@DisabledOnOs(OS.WINDOWS)
class SeedJenkinsfileTest {
    private static final String JENKINSFILE = """
            pipeline {
              agent {
                node {
                  label 'maven'
                }
              }

                parameters {
                    string(name:'TAG_NAME',defaultValue: '',description:'')
                }

                environment {
                    DOCKER_CREDENTIAL_ID = 'hub-id'
                    GITHUB_CREDENTIAL_ID = 'git-id'
                    KUBECONFIG_CREDENTIAL_ID = 'shop-kubeconfig'
                    REGISTRY = 'registry.example.com'
                    DOCKERHUB_NAMESPACE = 'shop'
                    GITHUB_ACCOUNT = 'shop-team'
                    APP_NAME = 'catalog'
                }

                stages {
                    stage ('checkout scm') {
                        steps {
                            checkout(scm)
                        }
                    }

                    stage ('unit test') {
                        steps {
                            container ('maven') {
                                sh 'mvn clean -gs `pwd`/configuration/settings.xml test'
                            }
                        }
                    }

                    stage ('build & push') {
                        steps {
                            container ('maven') {
                                sh 'mvn -Dmaven.test.skip=true -gs `pwd`/configuration/settings.xml clean package'
                                sh 'docker build -f Dockerfile-online -t $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER .'
                                withCredentials([usernamePassword(passwordVariable : 'DOCKER_PASSWORD' ,usernameVariable : 'DOCKER_USERNAME' ,credentialsId : "$DOCKER_CREDENTIAL_ID" ,)]) {
                                    sh 'echo "$DOCKER_PASSWORD" | docker login $REGISTRY -u "$DOCKER_USERNAME" --password-stdin'
                                    sh 'docker push $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER'
                                }
                            }
                        }
                    }

                    stage('push latest'){
                       when{
                         branch 'master'
                       }
                       steps{
                            container ('maven') {
                              sh 'docker tag $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:latest '
                              sh 'docker push $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:latest '
                            }
                       }
                    }

                    stage('deploy to dev') {
                      when{
                        branch 'master'
                      }
                      steps {
                        input(id: 'deploy-to-dev', message: 'deploy to dev?')
                        kubernetesDeploy(configs: 'deploy/dev-ol/**', enableConfigSubstitution: true, kubeconfigId: "$KUBECONFIG_CREDENTIAL_ID")
                      }
                    }

                    stage('push with tag'){
                      when{
                        expression{
                          return params.TAG_NAME =~ /v.*/
                        }
                      }
                      steps {
                          container ('maven') {
                            input(id: 'release-image-with-tag', message: 'release image with tag?')
                              withCredentials([usernamePassword(credentialsId: "$GITHUB_CREDENTIAL_ID", passwordVariable: 'GIT_PASSWORD', usernameVariable: 'GIT_USERNAME')]) {
                                sh 'git config --global user.email "shop@example.com" '
                                sh 'git config --global user.name "shop" '
                                sh 'git tag -a $TAG_NAME -m "$TAG_NAME" '
                                sh 'git push http://$GIT_USERNAME:$GIT_PASSWORD@git.example.com/$GITHUB_ACCOUNT/catalog.git --tags --ipv4'
                              }
                            sh 'docker tag $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:$TAG_NAME '
                            sh 'docker push $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:$TAG_NAME '
                      }
                      }
                    }

                    stage('deploy to production') {
                      when{
                        expression{
                          return params.TAG_NAME =~ /v.*/
                        }
                      }
                      steps {
                        input(id: 'deploy-to-production', message: 'deploy to production?')
                        kubernetesDeploy(configs: 'deploy/prod-ol/**', enableConfigSubstitution: true, kubeconfigId: "$KUBECONFIG_CREDENTIAL_ID")
                      }
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    private final List<String> gates = Collections.synchronizedList(new ArrayList<>());
    private final List<Map<String, Object>> deployments = Collections.synchronizedList(new ArrayList<>());
    private Pipelines pipelines;

    @BeforeEach
    void setUp() throws IOException {
        Path shims = Files.createDirectories(folder.resolve("shims"));
        for (String name : List.of("docker", "mvn", "git")) {
            Path shim = shims.resolve(name);
            Files.writeString(
                    shim,
                    "#!/bin/sh\necho " + name + " \"$@\" >> \"$HOME/calls\"\n"
                            + (name.equals("docker")
                                    ? "if [ \"$1\" = login ]; then cat >> \"$HOME/passwords\"; fi\n"
                                    : ""));
            assertThat(shim.toFile().setExecutable(true)).isTrue();
        }
        Map<String, Credential> credentials = Map.of(
                "hub-id", new Credential.UsernamePassword("hub-user", new SecretValue("hub-password")),
                "git-id", new Credential.UsernamePassword("git-user", new SecretValue("git-password")));
        pipelines = new Pipelines(folder)
                .env("PATH", shims + ":" + System.getenv("PATH"))
                .env("BRANCH_NAME", "master")
                .step("kubernetesDeploy", call -> {
                    deployments.add(new LinkedHashMap<>(call.arguments()));
                    return null;
                })
                .with(request -> request.scm((into, context) -> {
                            try {
                                Files.createDirectories(into.resolve("configuration"));
                                return Map.of("GIT_COMMIT", "abc");
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        })
                        .input((gate, cancellation) -> {
                            gates.add(gate.id());
                            return new InputAnswer.Proceed("ann", Map.of());
                        })
                        .credentials(new CredentialStore() {
                            @Override
                            public Optional<Credential> find(String id) {
                                return Optional.ofNullable(credentials.get(id));
                            }

                            @Override
                            public List<String> ids() {
                                return List.copyOf(credentials.keySet());
                            }
                        }));
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls"));
    }

    @Test
    void runsThroughAllStagesWithATag() throws IOException {
        pipelines.with(request -> request.parameters(Map.of("TAG_NAME", "v1.0.0")));

        PipelineResult result = pipelines.run(JENKINSFILE);

        assertThat(result.failure()).isNull();
        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
        assertThat(gates).containsExactly("deploy-to-dev", "release-image-with-tag", "deploy-to-production");
        assertThat(deployments)
                .containsExactly(
                        Map.of(
                                "configs",
                                "deploy/dev-ol/**",
                                "enableConfigSubstitution",
                                true,
                                "kubeconfigId",
                                "shop-kubeconfig"),
                        Map.of(
                                "configs",
                                "deploy/prod-ol/**",
                                "enableConfigSubstitution",
                                true,
                                "kubeconfigId",
                                "shop-kubeconfig"));
        assertThat(calls())
                .contains(
                        "docker build -f Dockerfile-online -t registry.example.com/shop/catalog:SNAPSHOT-master-7 .",
                        "docker login registry.example.com -u hub-user --password-stdin",
                        "docker push registry.example.com/shop/catalog:latest",
                        "git tag -a v1.0.0 -m v1.0.0",
                        "git push http://git-user:git-password@git.example.com/shop-team/catalog.git --tags --ipv4",
                        "docker push registry.example.com/shop/catalog:v1.0.0");
        assertThat(Files.readString(folder.resolve("passwords"))).isEqualTo("hub-password\n");
        assertThat(String.join("\n", pipelines.lines()))
                .doesNotContain("hub-password")
                .doesNotContain("git-password")
                .contains("+ git push http://git-user:****@git.example.com/shop-team/catalog.git --tags --ipv4");
        assertThat(pipelines.warnings())
                .containsExactly(
                        "There are no containers here: what stands in container(\"maven\") runs on this machine");
        assertThat(Pipelines.statuses(result).values()).containsOnly(StageStatus.SUCCESS);
    }

    @Test
    void leavesReleaseAndProductionOutWithoutATag() throws IOException {
        PipelineResult result = pipelines.run(JENKINSFILE);

        assertThat(result.failure()).isNull();
        assertThat(gates).containsExactly("deploy-to-dev");
        assertThat(Pipelines.statuses(result))
                .containsEntry("deploy to dev", StageStatus.SUCCESS)
                .containsEntry("push with tag", StageStatus.SKIPPED)
                .containsEntry("deploy to production", StageStatus.SKIPPED);
        assertThat(calls()).noneMatch(call -> call.startsWith("git"));
    }

    @Test
    void refusesAParameterThatItDoesNotDeclare() {
        pipelines.with(request -> request.parameters(Map.of("TAGNAME", "v1.0.0")));

        PipelineResult result = pipelines.run(JENKINSFILE);

        assertThat(result.failure().what()).contains("TAGNAME");
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:9");
        assertThat(result.failure().why()).contains("did you mean \"TAG_NAME\"?");
    }
}
