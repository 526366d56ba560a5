"""CloudFormation: change sets, what they would change, and what becomes of it, over moto's IAM and Secrets Manager.

Exact: names, states and what is possible in each, capabilities, parameters with their patterns, unresolved references,
order by dependencies, rollback after a failure, empty change sets, idempotency tokens, events and pages.

Simulated: time. A change set is ready at the second look, and a stack goes on by a few steps each time its events are
looked at. Pages are far smaller than those of AWS.
"""
