package io.jenkins.plugins.octavo.gate;

import groovy.lang.GroovyShell;
import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.User;
import hudson.model.listeners.RunListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.octavo.OctavoPermissions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.util.NameValuePair;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** A Jenkins with people and a pipeline that waits at a gate. */
final class GateFixture {
    static final String HASH = "sha256:" + "ab".repeat(32);
    static final String OTHER_HASH = "sha256:" + "cd".repeat(32);
    /** The value of octavoPlan, as a pipeline would hold it. */
    static final String PLAN = plan("prod", HASH);

    private final JenkinsRule jenkins;

    GateFixture(JenkinsRule jenkins) {
        this.jenkins = jenkins;
    }

    /** The value of octavoPlan as a map. */
    static Map<?, ?> map(String plan) {
        return (Map<?, ?>) new GroovyShell().evaluate(plan);
    }

    /** Lets each build that starts from now on have made these plans. */
    GateFixture withMade(String... plans) {
        jenkins.jenkins.getExtensionList(RunListener.class).add(0, new RunListener<Run<?, ?>>() {
            @Override
            public void onInitialize(Run<?, ?> run) {
                try {
                    for (String plan : plans) {
                        MadePlans.keep(run, map(plan));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        return this;
    }

    /** alice starts builds; bob and carol, of the group ops, and dave may approve; erin may look; admin may all. */
    GateFixture withPeople() throws IOException {
        JenkinsRule.DummySecurityRealm realm = jenkins.createDummySecurityRealm();
        realm.addGroups("bob", "ops");
        realm.addGroups("carol", "ops");
        jenkins.jenkins.setSecurityRealm(realm);
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ, Item.BUILD, Item.CANCEL)
                .everywhere()
                .to("alice", "bob", "carol", "dave", "erin")
                .grant(OctavoPermissions.APPROVE)
                .everywhere()
                .to("alice", "bob", "carol", "dave"));
        return this;
    }

    static String plan(String environment, String hash) {
        return "[environment: '" + environment + "', hash: '" + hash + "', question: 'Deploy?', services: [[service:"
                + " 'orders-service', digest: 'sha256:0d1ge57',"
                + " tests: '42 passed', quality: 'coverage 83 %',"
                + " plan:"
                + " [environment:"
                + " '" + environment + "', server: 'https://cluster.example', namespace: 'shop', objects:"
                + " [[kind: 'Deployment', apiVersion: 'apps/v1', namespace: 'shop',"
                + " name: 'orders', change: 'CHANGE', file: 'deploy/orders.yaml',"
                + " line: 3, changes: [[path: 'spec.replicas', before: '1', after:"
                + " '<2>']], warnings: ['no probe'], fingerprint: 'f'],[kind:"
                + " 'Service', apiVersion: 'v1', namespace: 'shop', name: 'orders',"
                + " change: 'CREATE', file: 'deploy/orders.yaml', line: 40, changes:"
                + " [], warnings: [], fingerprint: 'f']],images: [[object:"
                + " 'Deployment/orders', container: 'app', image:"
                + " 'registry.example/orders', pinned: true]],placeholders: [[name:"
                + " 'TAG', text: '$TAG', file: 'deploy/orders.yaml', line: 9, column:"
                + " 3, where: 'YAML', outcome: 'REPLACED', variable: 'TAG', source:"
                + " 'the run']], warnings: ['no quota'], hash: 'sha256:1']]]]";
    }

    /** Starts a build as alice. */
    WorkflowRun start(String script) throws Exception {
        return start(job(script), "alice");
    }

    WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    WorkflowRun start(WorkflowJob job, String user) throws Exception {
        try (ACLContext ignored = ACL.as(User.getById(user, true))) {
            return job.scheduleBuild2(0, new CauseAction(new Cause.UserIdCause()))
                    .waitForStart();
        }
    }

    /** Starts a build as alice and waits until its gate is open. */
    WorkflowRun waiting(String script) throws Exception {
        WorkflowRun run = start(script);
        jenkins.waitForMessage("waits for approval", run);
        return run;
    }

    static PlanGate gate(WorkflowRun run, String name) {
        return run.getAction(GateAction.class).gate(name);
    }

    /** Approves as somebody by way of REST. */
    WebResponse approve(WorkflowRun run, String gate, String user) throws Exception {
        return post(run, gate + "/approve", user, "hash", gate(run, gate).getHash());
    }

    /** @param parameters names and values in turn */
    WebResponse post(WorkflowRun run, String path, String user, String... parameters) throws Exception {
        JenkinsRule.WebClient client = jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .withBasicApiToken(User.getById(user, true));
        WebRequest request = new WebRequest(url(run, path), HttpMethod.POST);
        List<NameValuePair> pairs = new ArrayList<>();
        for (int index = 0; index < parameters.length; index += 2) {
            pairs.add(new NameValuePair(parameters[index], parameters[index + 1]));
        }
        request.setRequestParameters(pairs);
        return client.loadWebResponse(request);
    }

    URL url(WorkflowRun run, String path) throws IOException {
        return new URL(jenkins.getURL(), run.getUrl() + "octavo-gates/" + path);
    }
}
