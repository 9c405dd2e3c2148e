from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class LifecycleStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIFECYCLE_STAGE_UNSPECIFIED: _ClassVar[LifecycleStage]
    LIFECYCLE_STAGE_SUBSCRIBER: _ClassVar[LifecycleStage]
    LIFECYCLE_STAGE_LEAD: _ClassVar[LifecycleStage]
    LIFECYCLE_STAGE_MQL: _ClassVar[LifecycleStage]
    LIFECYCLE_STAGE_SQL: _ClassVar[LifecycleStage]
    LIFECYCLE_STAGE_OPPORTUNITY: _ClassVar[LifecycleStage]
    LIFECYCLE_STAGE_CUSTOMER: _ClassVar[LifecycleStage]
    LIFECYCLE_STAGE_EVANGELIST: _ClassVar[LifecycleStage]
    LIFECYCLE_STAGE_OTHER: _ClassVar[LifecycleStage]
LIFECYCLE_STAGE_UNSPECIFIED: LifecycleStage
LIFECYCLE_STAGE_SUBSCRIBER: LifecycleStage
LIFECYCLE_STAGE_LEAD: LifecycleStage
LIFECYCLE_STAGE_MQL: LifecycleStage
LIFECYCLE_STAGE_SQL: LifecycleStage
LIFECYCLE_STAGE_OPPORTUNITY: LifecycleStage
LIFECYCLE_STAGE_CUSTOMER: LifecycleStage
LIFECYCLE_STAGE_EVANGELIST: LifecycleStage
LIFECYCLE_STAGE_OTHER: LifecycleStage
